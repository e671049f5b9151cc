import NIOCore
import Synchronization

/// Passes buffers from the task that reads a source to the HTTP library's task that writes them, with a bound on what is
/// under way. Without it that library would go on reading the source after a failed request had returned to its caller.
final class Handoff: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    private typealias Consumer = CheckedContinuation<ByteBuffer?, any Error>
    private typealias Producer = CheckedContinuation<Void, Never>

    private struct State {
        var waiting: CircularBuffer<ByteBuffer> = []
        var waitingBytes = 0
        /// Set once: no more buffers come, for good or bad.
        var end: Result<Void, any Error>?
        var consumer: Consumer?
        var producer: Producer?

        /// The next buffer. Small ones are joined, because each write costs more than copying a few KiB: 16 KiB pieces
        /// took 1.7 times as long as 64 KiB pieces without this.
        mutating func take() -> ByteBuffer? {
            guard var buffer = waiting.popFirst() else { return nil }
            waitingBytes -= buffer.readableBytes
            while buffer.readableBytes < 64 << 10, let next = waiting.popFirst() {
                waitingBytes -= next.readableBytes
                buffer.writeImmutableBuffer(next)
            }
            return buffer
        }
    }

    private let capacity: Int
    private let endsWell: Bool
    private let state = Mutex(State())

    /// - Parameters:
    ///   - capacity: bytes that may wait before the producer does.
    ///   - endsWell: whether the consumer sees the end of the stream where there was a failure, which somebody else
    ///     tells.
    init(capacity: Int, endsWell: Bool = false) {
        self.capacity = capacity
        self.endsWell = endsWell
    }

    /// Hands a buffer over and waits while too much is under way.
    /// - Throws: `CancellationError` when the consumer is gone or the task is cancelled.
    func send(_ buffer: ByteBuffer) async throws {
        let consumer = try state.withLock { state throws(CancellationError) -> Consumer? in
            guard state.end == nil else { throw CancellationError() }
            if let consumer = state.consumer {
                state.consumer = nil
                return consumer
            }
            state.waiting.append(buffer)
            state.waitingBytes += buffer.readableBytes
            return nil
        }
        consumer?.resume(returning: buffer)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state in
                    guard state.waitingBytes > capacity, state.end == nil else { return false }
                    state.producer = continuation
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            end(.failure(CancellationError()))
        }
        try Task.checkCancellation()
    }

    /// Ends the stream; only the first call counts. After a failure, what still waits is dropped.
    func end(_ result: Result<Void, any Error>) {
        let seen: Result<Void, any Error> = endsWell ? .success(()) : result
        let (consumer, producer) = state.withLock { state -> (Consumer?, Producer?) in
            guard state.end == nil else { return (nil, nil) }
            state.end = seen
            if case .failure = result { state.waiting.removeAll() }
            defer {
                state.consumer = nil
                state.producer = nil
            }
            return (state.consumer, state.producer)
        }
        consumer?.resume(with: seen.map { nil as ByteBuffer? })
        producer?.resume()
    }

    func makeAsyncIterator() -> Iterator { Iterator(handoff: self) }

    struct Iterator: AsyncIteratorProtocol {
        let handoff: Handoff
        func next() async throws -> ByteBuffer? { try await handoff.receive() }
    }

    private func receive() async throws -> ByteBuffer? {
        try await withCheckedThrowingContinuation { continuation in
            let (ready, producer) = state.withLock {
                state -> (Result<ByteBuffer?, any Error>?, Producer?) in
                if let buffer = state.take() {
                    guard state.waitingBytes <= capacity / 2 else { return (.success(buffer), nil) }
                    let producer = state.producer
                    state.producer = nil
                    return (.success(buffer), producer)
                }
                if let end = state.end { return (end.map { nil as ByteBuffer? }, nil) }
                state.consumer = continuation
                return (nil, nil)
            }
            producer?.resume()
            if let ready { continuation.resume(with: ready) }
        }
    }
}
