import AsyncHTTPClient
import Domain
import FoundationEssentials
import NIOHTTP1
import Synchronization

/// Remembers how the registry wants to be asked and which tokens it gave, so that a request with a large body carries
/// its Authorization from the start.
final class Authenticator: Sendable {
    /// How to get a token.
    struct TokenServer: Hashable, Sendable {
        let realm: URL
        let service: String?
    }
    private enum Scheme {
        case basic
        case bearer(TokenServer)
    }
    private struct Token {
        let value: String
        let expires: Date
    }
    private struct State {
        var scheme: Scheme?
        /// By the sorted scopes that a request names.
        var tokens: [[Scope]: Token] = [:]
    }
    /// What a request can be sent with right away.
    enum Ready {
        case header(String?)
        case needsToken(TokenServer)
    }

    private let state = Mutex(State())
    private let credentials: RegistrySettings.Credentials?
    private let allowsPlainHTTP: Bool
    private let time: any TimeSource

    init(_ settings: RegistrySettings, time: any TimeSource) {
        credentials = settings.credentials
        allowsPlainHTTP = settings.plainHTTP
        self.time = time
    }

    /// The Authorization to use for these scopes, or the server to ask for a token first.
    func ready(_ scopes: [Scope]) -> Ready {
        let now = time.now()
        return state.withLock { state in
            switch state.scheme {
            case nil: return .header(nil)
            case .basic: return .header(basic)
            case .bearer(let server):
                if let token = state.tokens[scopes.sorted()], token.expires > now {
                    return .header("Bearer \(token.value)")
                }
                return .needsToken(server)
            }
        }
    }

    /// Learns from a 401. A token for these scopes is forgotten, because it was refused.
    /// - Throws: `unauthorized` when no challenge can be met, `protocolViolation` for a realm that would leak credentials.
    func learn(from headers: HTTPHeaders, scopes: [Scope], operation: String) throws(RegistryError) {
        let challenges = headers["WWW-Authenticate"].flatMap(AuthChallenge.parse)
        if let bearer = challenges.first(where: { $0.scheme == "bearer" }) {
            let server = try tokenServer(bearer, operation)
            state.withLock { state in
                state.scheme = .bearer(server)
                state.tokens[scopes.sorted()] = nil
            }
        } else if credentials != nil, challenges.contains(where: { $0.scheme == "basic" }) {
            state.withLock { $0.scheme = .basic }
        } else {
            throw RegistryError(
                .unauthorized, operation, reason: "the registry asks for credentials that are not configured",
                status: 401)
        }
    }

    /// Whether a 401 says that its token is not good any more, rather than not good for this (RFC 6750, section 3.1).
    static func ranOut(_ headers: HTTPHeaders) -> Bool {
        headers["WWW-Authenticate"].flatMap(AuthChallenge.parse)
            .contains { $0.scheme == "bearer" && $0.parameters["error"] == "invalid_token" }
    }

    /// Keeps a token a little shorter than it is good for.
    func store(_ token: TokenAnswer, for scopes: [Scope]) {
        // 60 s is both the default and the least (spec/auth/token.md).
        let seconds = max(60, token.expires_in ?? 60)
        let expires = time.now().addingTimeInterval(Double(seconds) * 0.9 - 5)
        guard let value = token.token ?? token.access_token else { return }
        state.withLock { state in
            if state.tokens.count >= 1000 { state.tokens.removeAll() }
            state.tokens[scopes.sorted()] = Token(value: value, expires: expires)
        }
    }

    /// The GET that asks for a token (spec/auth/token.md); one `scope` parameter per scope.
    func tokenRequest(_ server: TokenServer, scopes: [Scope]) -> HTTPClientRequest {
        var components = URLComponents(url: server.realm, resolvingAgainstBaseURL: false) ?? URLComponents()
        var items = components.queryItems ?? []
        if let service = server.service { items.append(URLQueryItem(name: "service", value: service)) }
        items += scopes.sorted().map { URLQueryItem(name: "scope", value: $0.description) }
        components.queryItems = items
        var request = HTTPClientRequest(url: components.string ?? server.realm.absoluteString)
        if let basic { request.headers.replaceOrAdd(name: "Authorization", value: basic) }
        return request
    }

    private var basic: String? {
        credentials.map { credentials in
            let pair = Data("\(credentials.username):\(credentials.password.reveal())".utf8)
            return "Basic \(pair.base64EncodedString())"
        }
    }

    private func tokenServer(_ challenge: AuthChallenge, _ operation: String) throws(RegistryError) -> TokenServer {
        guard let realm = challenge.parameters["realm"].flatMap({ URL(string: $0) }), let origin = Origin(realm) else {
            throw RegistryError(.protocolViolation, operation, reason: "a Bearer challenge without a realm URL")
        }
        guard origin.scheme == "https" || allowsPlainHTTP else {
            throw RegistryError(
                .protocolViolation, operation, reason: "a token server on plain http would see the credentials")
        }
        return TokenServer(realm: realm, service: challenge.parameters["service"])
    }
}

/// A token server's answer (spec/auth/token.md); the two names mean the same.
struct TokenAnswer: Decodable, Sendable {
    let token: String?
    let access_token: String?
    let expires_in: Int64?
}
