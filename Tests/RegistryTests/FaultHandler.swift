import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

/// One connection to a `FaultProxy`: takes a request, forwards it, and does to it what the proxy chose.
final class FaultHandler: ChannelInboundHandler, @unchecked Sendable {
    // Confined to its channel's event loop.
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart
    private let proxy: FaultProxy
    private let isHome: Bool
    private var head: HTTPRequestHead?
    private var fault: FaultProxy.Fault?
    private var body = ByteBuffer()

    init(_ proxy: FaultProxy, isHome: Bool) {
        self.proxy = proxy
        self.isHome = isHome
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.clear()
            fault = isHome && head.uri.hasPrefix("/v2/") && proxy.accepts(head) ? proxy.choose(head) : nil
        case .body(var buffer):
            body.writeBuffer(&buffer)
            let length = head?.headers.first(name: "Content-Length").flatMap { Int($0) } ?? 1
            if fault == .cutRequest, body.readableBytes * 2 >= length { cut(context) }
        case .end:
            guard let head else { return }
            if fault == .cutRequest { cut(context) } else { answer(context, head) }
            self.head = nil
        }
    }

    private func cut(_ context: ChannelHandlerContext) {
        if head != nil { proxy.note(.cutRequest) }
        head = nil
        context.close(promise: nil)
    }

    private func answer(_ context: ChannelHandlerContext, _ head: HTTPRequestHead) {
        if !isHome, head.headers.contains(name: "Authorization") {
            proxy.state.withLock { $0.leaks.append("\(head.method) \(head.uri)") }
        }
        if head.uri.hasPrefix("/token") {
            guard let token = proxy.token(head) else { return reply(context, head, 401) }
            return reply(context, head, 200, [], ByteBuffer(string: token))
        }
        if isHome, !proxy.accepts(head) {
            return reply(
                context, head, 401,
                [("WWW-Authenticate", proxy.challenge(isExpired: head.headers.contains(name: "Authorization")))])
        }
        switch fault {
        case .tooManySeconds: refuse(context, head, 429, "1")
        case .tooManyDate: refuse(context, head, 429, "Thu, 01 Jan 2026 00:00:00 GMT")
        case .unavailable: refuse(context, head, 503, nil)
        case .expiredToken:
            proxy.note(.expiredToken)
            proxy.expireTokens()
            reply(context, head, 401, [("WWW-Authenticate", proxy.challenge(isExpired: true))])
        // A body that is sent once can't follow.
        case .redirect where head.method == .POST || (head.method != .PATCH && !head.uri.contains("/uploads/")):
            proxy.note(.redirect)
            let isRead = head.method == .GET || head.method == .HEAD
            reply(
                context, head, 307,
                [("Location", "http://\(isRead ? proxy.elsewhere : proxy.host)\(head.uri)")])
        default:
            if proxy.listsReferrers, head.method == .GET, head.uri.contains("/referrers/") {
                listReferrers(context, head)
            } else {
                forward(context, head)
            }
        }
    }

    private func listReferrers(_ context: ChannelHandlerContext, _ head: HTTPRequestHead) {
        let halves = head.uri.components(separatedBy: "?page=")
        let page = halves.count == 2 ? Int(halves[1]) ?? 0 : 0
        let subject = halves[0].components(separatedBy: "/referrers/").last ?? ""
        let (index, hasMore) = proxy.referrers(of: subject, page: page)
        let link = hasMore ? [("Link", "<\(halves[0])?page=\(page + 1)>; rel=\"next\"")] : []
        reply(context, head, 200, link, ByteBuffer(string: index))
    }

    private func refuse(
        _ context: ChannelHandlerContext, _ head: HTTPRequestHead, _ status: Int, _ retryAfter: String?
    ) {
        if let fault { proxy.note(fault) }
        reply(context, head, status, retryAfter.map { [("Retry-After", $0)] } ?? [])
    }

    private func forward(_ context: ChannelHandlerContext, _ head: HTTPRequestHead) {
        var uri = head.uri
        if fault == .noMount, head.method == .POST, let query = uri.firstIndex(of: "?") {
            proxy.note(.noMount)
            uri = String(uri[..<query])
        }
        var request = HTTPClientRequest(url: "http://\(proxy.upstream)\(uri)")
        request.method = head.method
        request.headers = head.headers
        for name in ["Authorization", "Content-Length", "Transfer-Encoding", "Connection"] {
            request.headers.remove(name: name)
        }
        // The registry makes absolute Locations of it.
        request.headers.replaceOrAdd(name: "Host", value: proxy.host)
        if body.readableBytes > 0 || head.method == .POST || head.method == .PUT || head.method == .PATCH {
            request.body = .bytes(body)
        }
        let (loop, context) = (context.eventLoop, NIOLoopBound(context, eventLoop: context.eventLoop))
        Task { [request, fault] in
            let response = try? await HTTPClient.shared.execute(request, timeout: .seconds(30))
            let bytes = try? await response?.body.collect(upTo: 64 << 20)
            loop.execute {
                guard let response else { return context.value.close(promise: nil) }
                self.finish(context.value, head, response, bytes ?? ByteBuffer(), fault)
            }
        }
    }

    private func finish(
        _ context: ChannelHandlerContext, _ head: HTTPRequestHead, _ response: HTTPClientResponse, _ bytes: ByteBuffer,
        _ fault: FaultProxy.Fault?
    ) {
        var (status, headers) = (Int(response.status.code), response.headers)
        headers.remove(name: "Transfer-Encoding")
        headers.remove(name: "Connection")
        if status == 201, head.method == .PUT, head.uri.contains("/manifests/"),
            let subject = proxy.list(body, headers.first(name: "Docker-Content-Digest") ?? "")
        {
            headers.add(name: "OCI-Subject", value: subject)
        }
        switch fault {
        case .lostAnswer:
            proxy.note(.lostAnswer)
            return context.close(promise: nil)
        case .patchCreated where head.method == .PATCH && status == 202:
            proxy.note(.patchCreated)
            status = 201
        case .wrongDigest where headers.contains(name: "Docker-Content-Digest"):
            proxy.note(.wrongDigest)
            headers.replaceOrAdd(
                name: "Docker-Content-Digest", value: "sha256:" + String(repeating: "0", count: 64))
        case .noDigest where headers.contains(name: "Docker-Content-Digest"):
            proxy.note(.noDigest)
            headers.remove(name: "Docker-Content-Digest")
        case let fault?: move(&headers, fault)
        case nil: break
        }
        let isCut = fault == .cutAnswer && bytes.readableBytes > 1 && head.method != .HEAD
        if isCut { proxy.note(.cutAnswer) }
        reply(context, head, status, headers.map { ($0.name, $0.value) }, bytes, isCut: isCut)
    }

    /// Another spelling of a `Location`.
    private func move(_ headers: inout HTTPHeaders, _ fault: FaultProxy.Fault) {
        guard let location = headers.first(name: "Location"), location.hasPrefix("http://\(proxy.host)") else { return }
        let path = location.dropFirst("http://\(proxy.host)".count)
        let moved: String
        switch fault {
        case .relativeLocation: moved = String(path)
        case .queryLocation: moved = location + (location.contains("?") ? "&" : "?") + "more=a%2Fb%3D"
        case .foreignLocation: moved = "http://\(proxy.elsewhere)\(path)"
        default: return
        }
        proxy.note(fault)
        headers.replaceOrAdd(name: "Location", value: moved)
    }

    private func reply(
        _ context: ChannelHandlerContext, _ head: HTTPRequestHead, _ status: Int, _ headers: [(String, String)] = [],
        _ body: ByteBuffer = ByteBuffer(), isCut: Bool = false
    ) {
        var all = HTTPHeaders(headers)
        if head.method != .HEAD || !all.contains(name: "Content-Length") {
            all.replaceOrAdd(name: "Content-Length", value: String(body.readableBytes))
        }
        let answer = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: all)
        context.write(wrapOutboundOut(.head(answer)), promise: nil)
        if isCut {
            let half = body.getSlice(at: body.readerIndex, length: body.readableBytes / 2) ?? body
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(half)))).whenComplete { _ in
                bound.value.close(promise: nil)
            }
            return
        }
        if head.method != .HEAD { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
