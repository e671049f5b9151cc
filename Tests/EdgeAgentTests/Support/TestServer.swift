import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// A request as the test server got it.
struct TestRequest: Sendable {
    let path: String
    let headers: HTTPHeaders
    let body: [UInt8]
    /// The client's certificate, checked against the authority.
    let peer: NIOSSLCertificate?
}

/// An answer, or the connection cut without one.
enum TestAnswer: Sendable {
    case answer(Int, HTTPHeaders = [:], String)
    case hangUp
}

/// An HTTP/1.1 server over TLS on a loopback port of its own.
final class TestServer: Sendable {
    private let channel: any Channel
    let port: Int

    init(
        _ tls: TLSConfiguration, _ respond: @escaping @Sendable (TestRequest) async -> TestAnswer
    ) async throws {
        let context = try NIOSSLContext(configuration: tls)
        channel = try await ServerBootstrap(group: NIOSingletons.posixEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(NIOSSLServerHandler(context: context))
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandler(Handler(respond))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    deinit { channel.close(promise: nil) }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let respond: @Sendable (TestRequest) async -> TestAnswer
        private var head: HTTPRequestHead?
        private var body: [UInt8] = []

        init(_ respond: @escaping @Sendable (TestRequest) async -> TestAnswer) { self.respond = respond }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body = []
            case .body(let bytes): body += Array(bytes.readableBytesView)
            case .end:
                guard let head else { return }
                let peer = (try? context.pipeline.syncOperations.nioSSL_peerCertificate()).flatMap { $0 }
                let request = TestRequest(path: head.uri, headers: head.headers, body: body, peer: peer)
                let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
                let respond = respond
                context.eventLoop.makeFutureWithTask { await respond(request) }.whenSuccess { answer in
                    let (handler, context) = bound.value
                    handler.write(answer, to: context)
                }
            }
        }

        private func write(_ answer: TestAnswer, to context: ChannelHandlerContext) {
            guard case .answer(let status, var headers, let text) = answer else {
                context.close(promise: nil)
                return
            }
            headers.add(name: "Content-Length", value: "\(text.utf8.count)")
            let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
