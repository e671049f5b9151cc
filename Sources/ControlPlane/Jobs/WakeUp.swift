import Synchronization

/// Wakes a worker that waits for work. A wake-up that comes while nobody waits is kept, one of them.
package final class WakeUp: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    package init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    /// Ends the current wait, or the next one.
    package func signal() { continuation.yield() }

    /// Returns at the next signal, after `limit`, or when the task is cancelled.
    func wait(atMost limit: Duration, clock: any Clock<Duration>) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [stream] in
                var iterator = stream.makeAsyncIterator()
                _ = await iterator.next()
            }
            group.addTask { try? await clock.sleep(for: limit) }
            _ = await group.next()
            group.cancelAll()
        }
    }
}
