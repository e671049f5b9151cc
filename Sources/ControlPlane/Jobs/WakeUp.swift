import Synchronization

/// Wakes a worker that waits for work. A wake-up that comes while nobody waits is kept, one of them.
package final class WakeUp: Sendable {
    private struct State {
        var isSignalled = false
        var waiter: AsyncStream<Void>.Continuation?
    }

    private let state = Mutex(State())

    package init() {}

    /// Ends the current wait, or the next one.
    package func signal() {
        state.withLock { state in
            if let waiter = state.waiter { waiter.yield() } else { state.isSignalled = true }
        }
    }

    /// Returns at the next signal, after `limit`, or when the task is cancelled. For one waiter at a time.
    func wait(atMost limit: Duration, clock: any Clock<Duration>) async {
        // A stream for each wait: one whose reader was cancelled has ended for good, and would never again wait.
        let (stream, waiter) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            if state.isSignalled { waiter.yield() }
            state = State(waiter: waiter)
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in stream { return }
            }
            group.addTask { try? await clock.sleep(for: limit) }
            _ = await group.next()
            group.cancelAll()
        }
        state.withLock { $0.waiter = nil }
    }
}
