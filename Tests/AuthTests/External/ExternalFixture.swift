import Crypto
import Domain
import FoundationEssentials
import Logging
import Synchronization
import TestSupport

@testable import Auth

/// A provider in memory: answers by URL, counts what it is asked, and can be made to wait or to fail.
final class FakeProvider: ProviderTransport {
    static let issuer = "https://id.example.com"

    private struct State {
        var asked: [String] = []
        var isAway = false
        var metadata: [String: ClaimValue] = [:]
        var keys: [JSONWebKey] = []
        var waiting: [CheckedContinuation<Void, Never>] = []
        var isSlow = false
    }
    private let state = Mutex(State())

    var asked: [String] { state.withLock(\.asked) }
    var waiting: Int { state.withLock(\.waiting.count) }

    func setAway(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }
    func setKeys(_ keys: [SigningKey]) { state.withLock { $0.keys = keys.map(\.publicKey) } }
    func setMetadata(_ name: String, _ value: ClaimValue) { state.withLock { $0.metadata[name] = value } }

    /// From now on answers wait for `release`.
    func hold() { state.withLock { $0.isSlow = true } }

    func release() {
        let waiting = state.withLock { state in
            state.isSlow = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func send(_ request: ProviderRequest) async throws(ExternalError) -> ProviderAnswer {
        let isSlow = state.withLock { state in
            state.asked.append(String(request.url.dropFirst(Self.issuer.count)))
            return state.isSlow
        }
        if isSlow {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isSlow { state.waiting.append(continuation) }
                    return !state.isSlow
                }
                if isOver { continuation.resume() }
            }
        }
        return try state.withLock { state throws(ExternalError) in
            guard !state.isAway else { throw .unavailable("away") }
            let body =
                request.url.hasSuffix("/jwks")
                ? try? JSONEncoder().encode(["keys": state.keys])
                : try? JSONEncoder().encode(Self.discovery.merging(state.metadata) { $1 })
            return ProviderAnswer(status: 200, body: Array(body ?? Data()))
        }
    }

    private static let discovery: [String: ClaimValue] = [
        "issuer": .text(issuer), "authorization_endpoint": .text(issuer + "/authorize"),
        "token_endpoint": .text(issuer + "/token"), "jwks_uri": .text(issuer + "/jwks"),
    ]
}

/// A directory of that provider, at a fixed time.
struct DirectoryFixture {
    let provider = FakeProvider()
    let time = ManualTime()
    let directory: ProviderDirectory

    init() throws {
        directory = ProviderDirectory(
            try ExternalSettings(issuer: FakeProvider.issuer, clientID: "drover"), transport: provider, time: time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    func key() throws -> SigningKey { try SigningKey(random: SystemRandom(), createdAt: time.now(), lifeSeconds: 60) }

    /// A token signed by a key, whether or not the provider shows it.
    func token(_ key: SigningKey) throws -> String {
        let header = try JSONEncoder().encode(["alg": "ES256", "kid": key.id])
        let input = "\(Base64URL.encode(header)).\(Base64URL.encode(Array(#"{"sub":"s"}"#.utf8)))"
        return "\(input).\(Base64URL.encode(try key.key.signature(for: Data(input.utf8)).rawRepresentation))"
    }

    /// Why a token is refused; `nil` when it is not.
    func refusal(of token: String) async -> ExternalError? {
        do throws(ExternalError) {
            _ = try await directory.claims(of: token, try ExternalTokenHeader(token))
            return nil
        } catch {
            return error
        }
    }
}

/// Waits for a condition that other tasks bring about; the suite's time limit ends it.
func until(_ isTrue: () -> Bool) async {
    while !isTrue() { await Task.yield() }
}
