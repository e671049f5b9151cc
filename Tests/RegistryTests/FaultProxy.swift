import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import TestSupport

/// A proxy before a real registry that plays what other registries, their proxies and networks do (publish-and-edge.md,
/// A1). It asks for Bearer tokens of its own, and has a second address, "elsewhere", that must never see credentials.
final class FaultProxy: Sendable {
    /// Something that happens to one request.
    enum Fault: String, CaseIterable, Sendable {
        /// 429 with `Retry-After` in seconds, and as a date.
        case tooManySeconds, tooManyDate
        case unavailable
        /// The connection ends in the middle of the request's body, or before the answer.
        case cutRequest
        /// The registry did it, and the answer never comes.
        case lostAnswer
        /// The connection ends in the middle of the answer's body.
        case cutAnswer
        /// 202 to a POST that could have been a mount.
        case noMount
        /// 201 to a PATCH, as ECR answers.
        case patchCreated
        /// A `Location` without a host.
        case relativeLocation
        /// A `Location` with more of a query.
        case queryLocation
        /// A `Location` elsewhere.
        case foreignLocation
        /// 307: of what reads, to elsewhere; of what changes, to the same place, since no other is believed.
        case redirect
        /// Another digest than the content's, or none.
        case wrongDigest, noDigest
        /// 401 `invalid_token` for a token that was good a moment ago.
        case expiredToken
    }

    typealias Choice = @Sendable (HTTPRequestHead) -> Fault?
    static let username = "drover"
    static let password = "correct horse"

    struct State {
        var valid: Set<String> = []
        var issued = 0
        var played: [Fault: Int] = [:]
        var leaks: [String] = []
        /// What a registry with a referrers API lists, as JSON, by subject.
        var referrers: [String: [String]] = [:]
        var pages = 0
    }

    let upstream: String
    /// Whether the proxy lists referrers by itself, two a page.
    let listsReferrers: Bool
    let choose: Choice
    let state = Mutex(State())
    private let channels = Mutex<[any Channel]>([])

    private init(_ upstream: String, listsReferrers: Bool, _ choose: @escaping Choice) {
        self.upstream = upstream
        self.listsReferrers = listsReferrers
        self.choose = choose
    }

    /// `host:port` of the registry as it seems to be.
    var host: String { "127.0.0.1:\(port(0))" }
    var elsewhere: String { "127.0.0.1:\(port(1))" }
    /// How many pages of referrers were asked for.
    var pages: Int { state.withLock { $0.pages } }
    /// How often each fault was played.
    var played: [Fault: Int] { state.withLock { $0.played } }
    /// Requests that brought credentials to where they don't belong.
    var leaks: [String] { state.withLock { $0.leaks } }

    private func port(_ number: Int) -> Int { channels.withLock { $0[number].localAddress?.port ?? 0 } }

    /// Starts a proxy for the duration of `body`.
    static func run<Value>(
        before upstream: String, listsReferrers: Bool = false, _ choose: @escaping Choice,
        _ body: (FaultProxy) async throws -> Value
    ) async throws -> Value {
        let proxy = FaultProxy(upstream, listsReferrers: listsReferrers, choose)
        for isHome in [true, false] {
            let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelInitializer { channel in
                    channel.pipeline.configureHTTPServerPipeline().flatMapThrowing {
                        try channel.pipeline.syncOperations.addHandler(FaultHandler(proxy, isHome: isHome))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            proxy.channels.withLock { $0.append(channel) }
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(proxy))
        } catch {
            result = .failure(error)
        }
        for channel in proxy.channels.withLock({ $0 }) { try await channel.close() }
        return try result.get()
    }

    /// The first request of each kind to each path, upload sessions taken as one, has the fault, the others have none.
    static func first(_ fault: Fault) -> Choice {
        let seen = Mutex<Set<String>>([])
        return { head in
            // An upload session has a path of its own each time.
            let path = head.uri.prefix { $0 != "?" }.components(separatedBy: "/uploads/")[0]
            return seen.withLock { $0.insert("\(head.method) \(path)").inserted } ? fault : nil
        }
    }

    /// About one request in four has a fault, which follows from the seed.
    static func mixture(seed: UInt64) -> Choice {
        let random = SeededRandom(seed: seed)
        return { _ in
            let bytes = random.bytes(2)
            return bytes[0] < 64 ? Fault.allCases[Int(bytes[1]) % Fault.allCases.count] : nil
        }
    }

    func note(_ fault: Fault) { state.withLock { $0.played[fault, default: 0] += 1 } }

    // MARK: Tokens

    /// The answer of the token server, or `nil` for wrong credentials.
    func token(_ head: HTTPRequestHead) -> String? {
        let basic = "Basic " + Data("\(Self.username):\(Self.password)".utf8).base64EncodedString()
        guard head.headers.first(name: "Authorization") == basic else { return nil }
        return state.withLock { state in
            state.issued += 1
            state.valid.insert("Bearer t\(state.issued)")
            return #"{"token":"t\#(state.issued)","expires_in":300}"#
        }
    }

    func accepts(_ head: HTTPRequestHead) -> Bool {
        state.withLock { $0.valid.contains(head.headers.first(name: "Authorization") ?? "") }
    }

    /// Remembers a manifest that has a subject, as a registry with a referrers API does.
    /// - Returns: the subject.
    func list(_ manifest: ByteBuffer, _ digest: String) -> String? {
        struct Manifest: Decodable {
            struct Subject: Decodable {
                let digest: String
            }
            let subject: Subject?
            let artifactType: String?
        }
        let decoded = try? JSONDecoder().decode(Manifest.self, from: Data(Array(buffer: manifest)))
        guard listsReferrers, let decoded, let subject = decoded.subject?.digest else { return nil }
        let type = decoded.artifactType.map { #""artifactType":"\#($0)","# } ?? ""
        let entry =
            #"{\#(type)"digest":"\#(digest)","mediaType":"application/vnd.oci.image.manifest.v1+json","#
            + #""size":\#(manifest.readableBytes)}"#
        state.withLock { state in
            if !state.referrers[subject, default: []].contains(entry) {
                state.referrers[subject, default: []].append(entry)
            }
        }
        return subject
    }

    /// A page of a manifest's referrers, and whether there is another one.
    func referrers(of subject: String, page: Int) -> (index: String, hasMore: Bool) {
        state.withLock { state in
            state.pages += 1
            let rest = state.referrers[subject, default: []].dropFirst(2 * page)
            let entries = rest.prefix(2).joined(separator: ",")
            let type = "application/vnd.oci.image.index.v1+json"
            return (#"{"manifests":[\#(entries)],"mediaType":"\#(type)","schemaVersion":2}"#, rest.count > 2)
        }
    }

    func expireTokens() { state.withLock { $0.valid = [] } }

    /// Both schemes in one answer.
    func challenge(isExpired: Bool) -> String {
        let error = isExpired ? #",error="invalid_token""# : ""
        return #"Basic realm="x", Bearer realm="http://\#(host)/token",service="toy"\#(error)"#
    }
}
