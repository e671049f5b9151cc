import Auth
import Domain
import FoundationEssentials
import Hummingbird

/// What may be asked about tokens and with them.
///
/// | route | who |
/// |---|---|
/// | `GET`, `POST …/userinfo` | an access token with the scope `openid` |
/// | `POST …/token/introspect` | an access token; of other people's tokens only an administrator learns anything |
/// | `POST …/revoke` | everybody who has the token |
struct TokenRoutes {
    let inspection: TokenInspection
    let tokens: AccessTokens
    let users: Users

    func add(open router: RouterGroup<AppContext>) {
        router.post(RouterPath(OIDCEndpoints.revocationPath)) { request, _ in
            try await OAuthAnswer.catching {
                try await inspection.revoke(formBody: try await FormBody.bytes(of: request))
                return Response(status: .ok, headers: [.cacheControl: "no-store"])
            }
        }
    }

    func add(to group: RouterGroup<TenantContext>) {
        group.get(RouterPath(OIDCEndpoints.userInfoPath), use: userInfo)
        group.post(RouterPath(OIDCEndpoints.userInfoPath), use: userInfo)
        group.post(RouterPath(OIDCEndpoints.introspectionPath)) { request, context in
            try await OAuthAnswer.catching {
                let body = try await FormBody.bytes(of: request)
                return Response(json: try await inspection.introspect(formBody: body, as: context.principal))
            }
        }
    }

    @Sendable private func userInfo(_ request: Request, _ context: TenantContext) async throws -> Response {
        let bearer = request.headers[.authorization].map { String($0.drop { $0 != " " }.dropFirst()) } ?? ""
        let scopes = Set((try? await tokens.verify(bearer))?.scope.split(separator: " ") ?? [])
        guard scopes.contains("openid") else {
            throw Refusal.forbidden("the access token was not made for the scope openid")
        }
        let user = try await users.user(context.principal.userID, by: context.principal)
        return Response(
            json: UserInfo(
                user: user, showsEmail: scopes.contains("email"), showsProfile: scopes.contains("profile")))
    }
}

/// The answer of the userinfo endpoint (OpenID Connect Core 1.0, section 5.3).
struct UserInfo: JSONWritable {
    let user: User
    let showsEmail: Bool
    let showsProfile: Bool

    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("sub", user.id)
            if showsProfile {
                $0.member("name", user.name)
                $0.member("preferred_username", user.email)
            }
            if showsEmail { $0.member("email", user.email) }
        }
    }
}

extension Introspection: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            guard case .active(let facts) = self else { return $0.member("active", false) }
            $0.member("active", true)
            $0.member("sub", facts.subject)
            $0.member("username", facts.email)
            $0.member("client_id", ifAny: facts.clientID)
            $0.member("scope", facts.scope)
            $0.member("sid", facts.session.text)
            $0.member("token_type", facts.type)
            $0.member("iss", facts.issuer)
            $0.member("iat", ifAny: facts.issuedAt.map { Int($0.timeIntervalSince1970) })
            $0.member("exp", ifAny: facts.expiresAt.map { Int($0.timeIntervalSince1970) })
            $0.member("workspace_ids", ifAny: facts.workspaces)
        }
    }
}
