import Domain
import Hummingbird
import NIOCore

extension Request {
    /// How long a body may take that is read whole; a sender that goes on for ever would hold its connection for ever.
    private static var bodyLimit: Duration { .seconds(60) }

    /// The whole body, in memory.
    /// - Throws: `Refusal`: tooLarge over so many bytes, unavailable when it takes longer than a minute.
    func smallBody(upTo limit: Int) async throws -> ByteBuffer {
        do {
            return try await withDeadline(Self.bodyLimit, "the body took too long to arrive", clock: ContinuousClock())
            {
                [body] in try await body.collect(upTo: limit)
            }
        } catch is NIOTooManyBytesError {
            throw Refusal.tooLarge(limitBytes: limit)
        }
    }
}
