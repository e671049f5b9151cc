import Domain
import Synchronization

/// Lets a few tasks at a time do what costs much; the others wait in order of their coming.
package final class Gate: Sendable {
    private struct State {
        var free: Int
        var waiting: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
        var lastID = 0
    }
    private let state: Mutex<State>
    private let queueLimit: Int

    /// - Parameters:
    ///   - places: how many may be inside.
    ///   - queueLimit: how many may wait; with 0 the next one is turned away at once.
    package init(places: Int, queueLimit: Int) {
        state = Mutex(State(free: places))
        self.queueLimit = queueLimit
    }

    /// Runs `body` inside.
    /// - Throws: `Refusal.unavailable` at once when too many wait; `CancellationError`; what `body` throws.
    package func pass<R: Sendable>(_ body: () async throws -> R) async throws -> R {
        try await enter()
        defer { leave() }
        return try await body()
    }

    /// For tests of the queue.
    var waitingCount: Int { state.withLock(\.waiting.count) }

    private func enter() async throws {
        let id = try state.withLock { state throws(Refusal) -> Int? in
            if state.free > 0 {
                state.free -= 1
                return nil
            }
            guard state.waiting.count < queueLimit else {
                throw .unavailable("too many requests of this kind are under way", retryAfterSeconds: 1)
            }
            state.lastID += 1
            return state.lastID
        }
        guard let id else { return }
        let isInside = await withTaskCancellationHandler {
            await withCheckedContinuation { wait(id, $0) }
        } onCancel: {
            cancel(id)
        }
        guard isInside else { throw CancellationError() }
    }

    private func wait(_ id: Int, _ continuation: CheckedContinuation<Bool, Never>) {
        let answer = state.withLock { state -> Bool? in
            if Task.isCancelled { return false }
            // A place may have become free since.
            if state.free > 0 {
                state.free -= 1
                return true
            }
            state.waiting.append((id, continuation))
            return nil
        }
        if let answer { continuation.resume(returning: answer) }
    }

    private func cancel(_ id: Int) {
        let waiter = state.withLock { state in
            state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
        }
        waiter?.continuation.resume(returning: false)
    }

    private func leave() {
        let next = state.withLock { state in
            if state.waiting.isEmpty {
                state.free += 1
                return CheckedContinuation<Bool, Never>?.none
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}
