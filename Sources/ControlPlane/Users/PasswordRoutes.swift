import Auth
import Domain
import Hummingbird

/// | route | who |
/// |---|---|
/// | `POST /me/password` | anyone signed in, with the current password |
/// | `POST /users/{user_id}/password-reset` | administrators |
/// | `POST /invitations/accept` | whoever has the link's token; no sign-in |
struct PasswordRoutes {
    let users: Users

    func add(to group: RouterGroup<TenantContext>) {
        group.post("me/password", use: change)
        group.post("users/{user_id}/password-reset", use: reset)
    }

    func add(open router: RouterGroup<AppContext>) {
        router.post("api/v1/invitations/accept", use: accept)
    }

    struct ChangeRequest: Decodable {
        let currentPassword: Secret<String>
        let newPassword: Secret<String>
    }
    struct AcceptRequest: Decodable {
        let token: Secret<String>
        let password: Secret<String>
    }

    @Sendable private func change(_ request: Request, _ context: TenantContext) async throws -> Response {
        let body = try await JSONBody.decode(ChangeRequest.self, from: request)
        try await users.changePassword(
            from: body.currentPassword, to: try Password(body.newPassword, field: "new_password"),
            by: context.principal)
        return Response(status: .noContent)
    }

    @Sendable private func reset(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("user_id", of: .user, as: UserID.self)
        let link = try await users.resetPassword(of: id, by: context.principal)
        return Response(json: AccountLinkAnswer(link: link, publicURL: users.publicURL), status: .created)
    }

    @Sendable private func accept(_ request: Request, _ context: AppContext) async throws -> Response {
        let body = try await JSONBody.decode(AcceptRequest.self, from: request)
        return Response(json: try await users.accept(body.token, password: try Password(body.password)))
    }
}

/// A link as the one answer that has it shows it.
struct AccountLinkAnswer: JSONWritable {
    let link: AccountLink
    let publicURL: String

    func write(to json: inout JSONWriter) {
        let token = link.token.text.reveal()
        json.object {
            $0.member("token", token)
            $0.member("url", "\(publicURL)\(InvitationPageRoutes.path)?token=\(token)")
            $0.member("expires_at", link.expiresAt)
        }
    }
}
