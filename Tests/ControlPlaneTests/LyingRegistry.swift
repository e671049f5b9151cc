import NIOCore
import NIOPosix

/// Has everything, and names another digest for it.
struct LyingRegistry: Sendable {
    let host: String

    static func with<R>(_ body: (LyingRegistry) async throws -> R) async throws -> R {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler())
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

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let digest = "sha256:" + String(repeating: "0", count: 64)
            let answer = "HTTP/1.1 200 OK\r\nDocker-Content-Digest: \(digest)\r\nContent-Length: 0\r\n\r\n"
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
        }
    }
}
