import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Collects a response's body in memory, for the few middlewares that need the bytes.
final class CollectingWriter: ResponseBodyWriter {
    let buffer = Mutex(ByteBuffer())
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    func write(_ part: ByteBuffer) async throws {
        try buffer.withLock { buffer in
            guard buffer.readableBytes + part.readableBytes <= limit else {
                throw NIOTooManyBytesError(maxBytes: limit)
            }
            buffer.writeImmutableBuffer(part)
        }
    }

    func finish(_: HTTPFields?) async throws {}
}
