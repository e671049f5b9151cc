import Auth
import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// Token endpoint, JWKS and discovery of the realm `master` (sdk-wire.md, section 1.2). Errors of the token endpoint
/// have the form of RFC 6749, section 5.2, which OAuth clients read, not RFC 9457.
struct OIDCRoutes {
    let sessions: Sessions
    let tokens: AccessTokens
    let endpoints: OIDCEndpoints

    func add(to router: Router<AppContext>) {
        router.post(RouterPath(OIDCEndpoints.tokenPath), use: token)
        router.get(RouterPath(OIDCEndpoints.certsPath)) { _, _ in try cacheable(tokens.jsonWebKeySet) }
        router.get(RouterPath(OIDCEndpoints.discoveryPath)) { _, _ in try cacheable(endpoints.discovery) }
    }

    private static let bodyLimit = 16 << 10

    @Sendable private func token(_ request: Request, _ context: AppContext) async throws -> Response {
        guard request.headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") ?? false else {
            throw Refusal.unsupportedMediaType("the token endpoint takes application/x-www-form-urlencoded")
        }
        let body = try await request.smallBody(upTo: Self.bodyLimit)
        do {
            let answer = try await sessions.token(for: try TokenRequest(formBody: Array(body.readableBytesView)))
            return try answerJSON(answer, status: .ok)
        } catch let error as TokenError {
            return try answerJSON(error, status: .init(code: error.status))
        }
    }

    private func answerJSON(_ value: some Encodable, status: HTTPResponse.Status) throws -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json", .cacheControl: "no-store", .pragma: "no-cache"],
            body: .init(byteBuffer: ByteBuffer(bytes: try JSONEncoder().encode(value))))
    }

    private func cacheable(_ value: some Encodable) throws -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json", .cacheControl: "public, max-age=300"],
            body: .init(byteBuffer: ByteBuffer(bytes: try JSONEncoder().encode(value))))
    }
}

extension HTTPField.Name {
    static let pragma = HTTPField.Name.known("Pragma")
}
