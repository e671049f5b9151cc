import NIOCore

/// Gives the HTTP library no more than a bounded number of bytes that its event loop has not taken yet.
///
/// AsyncHTTPClient stops asking only when the socket's buffer is full. When the event loop itself is the slowest part,
/// the writes that wait in its queue have no bound: 600 MB were seen. A task submitted to the loop runs after the
/// writes before it, so waiting for one every now and then is a bound. The connection's loop is not known here; the
/// group has one per core, and waiting for all of them costs some 20 µs.
struct PacedBody<Source: AsyncSequence & Sendable>: AsyncSequence, Sendable where Source.Element == ByteBuffer {
    typealias Element = ByteBuffer
    let source: Source
    let loops: [any EventLoop]

    func makeAsyncIterator() -> Iterator { Iterator(base: source.makeAsyncIterator(), loops: loops) }

    struct Iterator: AsyncIteratorProtocol {
        private var base: Source.AsyncIterator
        private let loops: [any EventLoop]
        private var sinceBarrier = 0

        init(base: Source.AsyncIterator, loops: [any EventLoop]) {
            self.base = base
            self.loops = loops
        }

        mutating func next() async throws -> ByteBuffer? {
            if sinceBarrier >= 1 << 20, let first = loops.first {
                sinceBarrier = 0
                try await EventLoopFuture.andAllComplete(loops.map { $0.submit {} }, on: first).get()
            }
            let buffer = try await base.next()
            sinceBarrier += buffer?.readableBytes ?? 0
            return buffer
        }
    }
}
