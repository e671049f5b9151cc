import Auth
import Domain
import FoundationEssentials
import Hummingbird

/// The few calls of Keycloak's administration that the SDK makes with its user's own token (sdk-wire.md, section 1.5).
///
/// | route | who |
/// |---|---|
/// | `GET /auth/admin/realms/master/users`, `…/{user_id}` | anyone signed in |
/// | `PUT /auth/admin/realms/master/users/{user_id}` | administrators |
struct RealmUserRoutes {
    let users: Users

    static let path = "auth/admin/realms/master/users"
    /// As many as Keycloak answers when it is not told how many.
    private static let limit = 100

    func add(to group: RouterGroup<TenantContext>) {
        group.get(RouterPath(Self.path), use: list)
        group.get(RouterPath(Self.path + "/{user_id}"), use: get)
        group.put(RouterPath(Self.path + "/{user_id}"), use: update)
    }

    /// Of the whole object that comes back only this may change.
    struct UpdateRequest: Decodable { let enabled: Bool }

    /// The address is matched as a whole, unlike Keycloak's: the SDK takes the first of the list.
    @Sendable private func list(_ request: Request, _ context: TenantContext) async throws -> Response {
        let text = request.uri.queryParameters["email"].map(String.init)
        let email = text.flatMap(Email.init(rawValue:))
        if text != nil, email == nil { return Response(json: [RealmUser]()) }
        let rows = try await users.list(email: email, afterEmail: nil, limit: Self.limit, by: context.principal)
        return Response(json: rows.prefix(Self.limit).map(RealmUser.init))
    }

    @Sendable private func get(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("user_id", of: .user, as: UserID.self)
        return Response(json: RealmUser(user: try await users.user(id, by: context.principal)))
    }

    @Sendable private func update(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("user_id", of: .user, as: UserID.self)
        let body = try await JSONBody.decode(UpdateRequest.self, from: request)
        _ = try await users.update(id, AccountChange(active: body.enabled), ifRevision: nil, by: context.principal)
        return Response(status: .noContent)
    }
}

/// A user as Keycloak shows them.
private struct RealmUser: JSONWritable {
    let user: User

    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", user.id)
            $0.member("createdTimestamp", Int64((user.createdAt.timeIntervalSince1970 * 1000).rounded(.down)))
            $0.member("username", user.email)
            $0.member("enabled", user.active)
            $0.member("email", user.email)
        }
    }
}
