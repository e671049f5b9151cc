import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// What a scripted server saw.
struct SeenRequest: Sendable {
    let method: String
    let uri: String
    let headers: HTTPHeaders
    let body: [UInt8]

    var authorization: String? { headers.first(name: "Authorization") }
    var path: String { String(uri.prefix { $0 != "?" }) }
    var query: [String: String] {
        let items = URLComponents(string: uri)?.queryItems ?? []
        return Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
    }
}

struct ScriptedAnswer: Sendable {
    var status: Int
    var headers: [(String, String)] = []
    var body: [UInt8] = []

    static func status(_ status: Int, _ headers: [(String, String)] = [], _ body: String = "") -> ScriptedAnswer {
        ScriptedAnswer(status: status, headers: headers, body: Array(body.utf8))
    }
}

/// An HTTP server on loopback that answers what a closure says and remembers what it was asked.
final class ScriptedServer: Sendable {
    typealias Script = @Sendable (SeenRequest, Int) -> ScriptedAnswer
    private let channel: any Channel
    private let log: Log

    private final class Log: Sendable {
        let seen = Mutex<[SeenRequest]>([])
    }

    private init(_ channel: any Channel, _ log: Log) {
        self.channel = channel
        self.log = log
    }

    var requests: [SeenRequest] { log.seen.withLock { $0 } }
    var host: String { "127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    /// Starts a server for the duration of `body`. The script gets each request and its number, from 1. With `early`, a
    /// request of that method is answered as soon as its head is there.
    @discardableResult
    static func run<Value>(
        early: HTTPMethod? = nil, _ script: @escaping Script, _ body: (ScriptedServer) async throws -> Value
    ) async throws
        -> Value
    {
        let log = Log()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.pipeline.configureHTTPServerPipeline().flatMap {
                    channel.pipeline.addHandler(Handler(log: log, early: early, script: script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = ScriptedServer(channel, log)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(server))
        } catch {
            result = .failure(error)
        }
        try await channel.close()
        return try result.get()
    }

    private final class Handler: ChannelInboundHandler, @unchecked Sendable {
        // Confined to its channel's event loop.
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart
        private let log: Log
        private let early: HTTPMethod?
        private let script: Script
        private var head: HTTPRequestHead?
        private var body: [UInt8] = []

        init(log: Log, early: HTTPMethod?, script: @escaping Script) {
            self.log = log
            self.early = early
            self.script = script
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body = []
                if head.method == early { answer(context) }
            case .body(let buffer): body += Array(buffer: buffer)
            case .end: if head?.method != early { answer(context) }
            }
        }

        private func answer(_ context: ChannelHandlerContext) {
            guard let head else { return }
            let request = SeenRequest(
                method: head.method.rawValue, uri: head.uri, headers: head.headers, body: body)
            let number = log.seen.withLock { seen in
                seen.append(request)
                return seen.count
            }
            let answer = script(request, number)
            var headers = HTTPHeaders(answer.headers)
            if !headers.contains(name: "Content-Length") {
                headers.add(name: "Content-Length", value: String(answer.body.count))
            }
            let status = HTTPResponseStatus(statusCode: answer.status)
            context.write(
                wrapOutboundOut(.head(.init(version: .http1_1, status: status, headers: headers))), promise: nil)
            if head.method != .HEAD {
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
            }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
