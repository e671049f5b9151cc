import Auth
import Domain
import FoundationEssentials
import Hummingbird

/// | route | who |
/// |---|---|
/// | `GET /me` | anyone signed in |
/// | `POST /users` | administrators |
/// | `GET /users`, `GET /users/{user_id}` | anyone signed in |
struct UserRoutes {
    let users: Users

    func add(to group: RouterGroup<TenantContext>) {
        group.get("me", use: me)
        group.post("users", use: create)
        group.get("users", use: list)
        group.get("users/{user_id}", use: get)
    }

    struct CreateRequest: Decodable {
        let email: String
        let name: String?
        let password: Secret<String>?
        let isAdmin: Bool?
    }

    @Sendable private func me(_ request: Request, _ context: TenantContext) async throws -> Response {
        Response(json: try await users.user(context.principal.userID, by: context.principal))
    }

    @Sendable private func create(_ request: Request, _ context: TenantContext) async throws -> Response {
        let body = try await JSONBody.decode(CreateRequest.self, from: request)
        let email = try Email(body.email, field: "email")
        let user = try await users.create(
            email: email, name: try Text.name(body.name ?? email.rawValue, field: "name"),
            password: try body.password.map { try Password($0) }, isAdmin: body.isAdmin ?? false, by: context.principal)
        return .created(user, at: "/api/v1/users/\(user.id)")
    }

    @Sendable private func list(_ request: Request, _ context: TenantContext) async throws -> Response {
        let page = try PageRequest(request)
        let email = try request.uri.queryParameters["email"].map { try Email(String($0), field: "email") }
        let rows = try await users.list(email: email, afterEmail: page.after, limit: page.limit, by: context.principal)
        return Response(json: Page(rows, limit: page.limit, key: \.email.rawValue))
    }

    @Sendable private func get(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("user_id", of: .user, as: UserID.self)
        return Response(json: try await users.user(id, by: context.principal))
    }
}

/// A user as the API shows them.
extension User: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("email", email)
            $0.member("username", email)
            $0.member("name", name)
            $0.member("is_admin", isAdmin)
            $0.member("active", active)
            $0.member("created_at", createdAt)
            $0.member("updated_at", updatedAt)
        }
    }
}
