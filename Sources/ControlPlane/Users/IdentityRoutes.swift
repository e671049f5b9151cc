import Auth
import Domain
import FoundationEssentials
import Hummingbird

/// Links of users to other OpenID providers.
///
/// | route | who |
/// |---|---|
/// | `GET /users/{user_id}/identities` | administrators; everybody their own; no tokens |
/// | `DELETE /users/{user_id}/identities/{identity_id}` | the same |
struct IdentityRoutes {
    let users: Users

    func add(to group: RouterGroup<TenantContext>) {
        group.get("users/{user_id}/identities", use: list)
        group.delete("users/{user_id}/identities/{identity_id}", use: remove)
    }

    @Sendable private func list(_ request: Request, _ context: TenantContext) async throws -> Response {
        let user = try context.id("user_id", of: .user, as: UserID.self)
        return try await request.page(by: \.id) {
            try await users.identities(of: user, after: $0?.rawValue, limit: $1, by: context.principal)
        }
    }

    @Sendable private func remove(_ request: Request, _ context: TenantContext) async throws -> Response {
        let user = try context.id("user_id", of: .user, as: UserID.self)
        let link = try context.id("identity_id", of: .identity, as: ExternalIdentityID.self)
        try await users.unlink(link, of: user, by: context.principal)
        return Response(status: .noContent)
    }
}

/// A link as the API shows it.
extension ExternalIdentity: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("user_id", userID)
            $0.member("issuer", issuer)
            $0.member("subject", subject)
            $0.member("created_at", createdAt)
            $0.member("last_seen_at", lastSeenAt)
        }
    }
}
