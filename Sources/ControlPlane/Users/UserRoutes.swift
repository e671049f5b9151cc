import Auth
import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// | route | who |
/// |---|---|
/// | `GET /me` | anyone signed in |
/// | `GET /users`, `GET /users/{user_id}` | anyone signed in |
/// | `POST /users` | administrators |
/// | `PATCH /users/{user_id}` | administrators; everybody their own name |
struct UserRoutes {
    let users: Users

    func add(to group: RouterGroup<TenantContext>) {
        group.get("me", use: me)
        group.post("users", use: create)
        group.get("users", use: list)
        group.get("users/{user_id}", use: get)
        group.patch("users/{user_id}", use: update)
    }

    struct CreateRequest: Decodable {
        let email: String
        let name: String?
        let password: Secret<String>?
        let isAdmin: Bool?
    }
    struct UpdateRequest: Decodable {
        let name: String?
        let active: Bool?
        let isAdmin: Bool?
    }

    @Sendable private func me(_ request: Request, _ context: TenantContext) async throws -> Response {
        answer(try await users.user(context.principal.userID, by: context.principal))
    }

    @Sendable private func create(_ request: Request, _ context: TenantContext) async throws -> Response {
        let body = try await JSONBody.decode(CreateRequest.self, from: request)
        let email = try Email(body.email, field: "email")
        let (user, link) = try await users.create(
            email: email, name: try Text.name(body.name ?? email.rawValue, field: "name"),
            password: try body.password.map { try Password($0) }, isAdmin: body.isAdmin ?? false, by: context.principal)
        return .created(
            NewUser(
                user: user,
                invitation: link.map { AccountLinkAnswer(link: $0, publicURL: users.publicURL) }),
            at: "/api/v1/users/\(user.id)",
            headers: [.eTag: ETag.text(user.revision)])
    }

    @Sendable private func list(_ request: Request, _ context: TenantContext) async throws -> Response {
        let email = try request.uri.queryParameters["email"].map { try Email(String($0), field: "email") }
        return try await request.page(by: \.email.rawValue) {
            try await users.list(email: email, afterEmail: $0, limit: $1, by: context.principal)
        }
    }

    @Sendable private func get(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("user_id", of: .user, as: UserID.self)
        return answer(try await users.user(id, by: context.principal))
    }

    @Sendable private func update(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("user_id", of: .user, as: UserID.self)
        let revision = try ETag.required(in: request)
        let body = try await JSONBody.decode(UpdateRequest.self, from: request)
        let change = AccountChange(
            name: try body.name.map { try Text.name($0, field: "name") }, active: body.active, isAdmin: body.isAdmin)
        return answer(try await users.update(id, change, ifRevision: revision, by: context.principal))
    }

    private func answer(_ user: User) -> Response {
        Response(json: user, headers: [.eTag: ETag.text(user.revision)])
    }
}

/// A user as the API shows them.
extension User: JSONWritable {
    func write(to json: inout JSONWriter) { json.object { writeMembers(to: &$0) } }

    fileprivate func writeMembers(to json: inout JSONWriter) {
        json.member("id", id)
        json.member("email", email)
        json.member("username", email)
        json.member("name", name)
        json.member("kind", kind)
        json.member("is_admin", isAdmin)
        json.member("active", active)
        json.member("created_at", createdAt)
        json.member("updated_at", updatedAt)
    }
}

/// A user as the answer to their making shows them: the one time that the invitation's token is seen.
private struct NewUser: JSONWritable {
    let user: User
    let invitation: AccountLinkAnswer?

    func write(to json: inout JSONWriter) {
        json.object {
            user.writeMembers(to: &$0)
            $0.member("invitation", ifAny: invitation)
        }
    }
}
