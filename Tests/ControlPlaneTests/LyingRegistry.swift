import NIOCore
import NIOPosix

/// Gives one answer to everything; unless told otherwise, it has all and names another digest for it.
struct LyingRegistry: Sendable {
    let host: String
    static let wrongDigest = "200 OK\r\nDocker-Content-Digest: sha256:" + String(repeating: "0", count: 64)

    /// - Parameter answer: status line and headers, without the version.
    static func with<R>(
        _ answer: String = wrongDigest, _ body: (LyingRegistry) async throws -> R
    ) async throws -> R {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let result: Result<R, any Error>
        do {
            result = .success(try await body(LyingRegistry(host: "127.0.0.1:\(channel.localAddress?.port ?? 0)")))
        } catch {
            result = .failure(error)
        }
        try await channel.close()
        return try result.get()
    }

    /// Answers whatever it reads; requests without a body come in one piece.
    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let answer: String

        init(_ answer: String) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let answer = ByteBuffer(string: "HTTP/1.1 \(answer)\r\nContent-Length: 0\r\n\r\n")
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        }
    }
}
