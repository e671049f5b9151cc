import Auth
import Domain
import FoundationEssentials
import Hummingbird
import NIOCore

/// Token endpoint, device authorization, JWKS and discovery of the realm `master` (sdk-wire.md, section 1.2).
///
/// | route | who |
/// |---|---|
/// | `POST …/token`, `POST …/auth/device`, `GET …/certs`, `GET /auth/realms/master/.well-known/openid-configuration` | everybody |
struct OIDCRoutes {
    let sessions: Sessions
    let devices: DeviceAuthorizations
    let tokens: AccessTokens
    let endpoints: OIDCEndpoints
    let requests: PageRequests

    func add(to router: RouterGroup<AppContext>) {
        router.post(RouterPath(OIDCEndpoints.tokenPath), use: token)
        router.post(RouterPath(OIDCEndpoints.deviceAuthorizationPath), use: beginDevice)
        router.get(RouterPath(OIDCEndpoints.certsPath)) { _, _ in try cacheable(tokens.jsonWebKeySet) }
        router.get(RouterPath(OIDCEndpoints.discoveryPath)) { _, _ in try cacheable(endpoints.discovery) }
    }

    @Sendable private func token(_ request: Request, _ context: AppContext) async throws -> Response {
        let body = try await FormBody.bytes(of: request)
        return try await OAuthAnswer.catching {
            try OAuthAnswer.json(
                try await sessions.token(
                    for: try TokenRequest(formBody: body), from: requests.origin(request, context)))
        }
    }

    @Sendable private func beginDevice(_ request: Request, _ context: AppContext) async throws -> Response {
        let body = try await FormBody.bytes(of: request)
        return try await OAuthAnswer.catching {
            try OAuthAnswer.json(try await devices.begin(formBody: body, from: requests.origin(request, context)))
        }
    }

    private func cacheable(_ value: some Encodable) throws -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json", .cacheControl: "public, max-age=300"],
            body: .init(byteBuffer: ByteBuffer(bytes: try JSONEncoder().encode(value))))
    }
}
