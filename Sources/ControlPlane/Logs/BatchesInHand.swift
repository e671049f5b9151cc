import Domain
import Synchronization

/// Counts the log batches that this process is taking at the moment, so that their bodies can't fill the memory.
final class BatchesInHand: Sendable {
    /// An agent sends one at a time; copies of it may be under way after a lost connection.
    static let maxOfEdge = 4
    /// Their bodies have 4 MiB each at most.
    static let maxOfAll = 128

    private struct State {
        var ofEdge: [EdgeID: Int] = [:]
        var ofAll = 0
    }
    private let state = Mutex(State())

    /// Runs `body` as one of the batches in hand.
    /// - Throws: `Refusal.tooMany` at once when there are too many; what `body` throws.
    func take<R: Sendable>(from edge: EdgeID, _ body: () async throws -> R) async throws -> R {
        try state.withLock { state throws(Refusal) in
            guard state.ofAll < Self.maxOfAll, state.ofEdge[edge, default: 0] < Self.maxOfEdge else {
                throw Refusal.tooMany(retryAfterSeconds: 1)
            }
            state.ofAll += 1
            state.ofEdge[edge, default: 0] += 1
        }
        defer {
            state.withLock { state in
                state.ofAll -= 1
                let left = state.ofEdge[edge, default: 1] - 1
                state.ofEdge[edge] = left > 0 ? left : nil
            }
        }
        return try await body()
    }
}
