import Domain
import Synchronization

/// A few may do something at the same time; the next ones are turned away at once.
final class Places: Sendable {
    private let taken = Mutex(0)
    private let limit: Int

    init(_ limit: Int) { self.limit = limit }

    /// Runs `body` in one of the places.
    /// - Throws: `Refusal.unavailable` when all are taken; what `body` throws.
    func hold<R: Sendable>(_ body: () async throws -> R) async throws -> R {
        guard take() else {
            throw Refusal.unavailable("too many people are coming back from the provider", retryAfterSeconds: 1)
        }
        defer { taken.withLock { $0 -= 1 } }
        return try await body()
    }

    private func take() -> Bool {
        taken.withLock { taken in
            guard taken < limit else { return false }
            taken += 1
            return true
        }
    }
}
