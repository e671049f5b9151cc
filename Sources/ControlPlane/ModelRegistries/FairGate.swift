import Auth
import Domain
import Synchronization

/// A gate in which one user has only some of the places, so that a slow server that one user names does not keep
/// everybody waiting.
final class FairGate: Sendable {
    private let gate: Gate
    private let inside = Mutex<[UserID: Int]>([:])
    private let limit: Int

    /// - Parameters:
    ///   - places: how many may be inside.
    ///   - queueLimit: how many may wait.
    ///   - ofOneUser: how many of one user may be inside or wait.
    init(places: Int, queueLimit: Int, ofOneUser: Int) {
        gate = Gate(places: places, queueLimit: queueLimit)
        limit = ofOneUser
    }

    /// Runs `body` inside.
    /// - Throws: `Refusal.unavailable` at once when the user has too many, or too many wait; `CancellationError`; what
    ///   `body` throws.
    func pass<R: Sendable>(_ user: UserID, _ body: () async throws -> R) async throws -> R {
        try enter(user)
        defer { leave(user) }
        return try await gate.pass(body)
    }

    private func enter(_ user: UserID) throws(Refusal) {
        let isFree = inside.withLock { inside -> Bool in
            guard inside[user, default: 0] < limit else { return false }
            inside[user, default: 0] += 1
            return true
        }
        guard isFree else {
            throw .unavailable("too many requests of yours to model registries are under way", retryAfterSeconds: 1)
        }
    }

    private func leave(_ user: UserID) {
        inside.withLock { inside in
            let left = inside[user, default: 1] - 1
            inside[user] = left > 0 ? left : nil
        }
    }
}
