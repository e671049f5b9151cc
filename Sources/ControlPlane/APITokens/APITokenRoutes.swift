import Auth
import Domain
import FoundationEssentials
import Hummingbird

/// | route | who |
/// |---|---|
/// | `GET`, `POST /me/tokens`, `DELETE /me/tokens/{token_id}` | anyone signed in; no tokens |
/// | the same below `/service-accounts/{service_account_id}` | owners of its workspace; no tokens |
struct APITokenRoutes {
    let tokens: APITokens

    func add(to group: RouterGroup<TenantContext>) {
        for path in ["me", "service-accounts/{service_account_id}"] {
            group.get(RouterPath("\(path)/tokens"), use: list)
            group.post(RouterPath("\(path)/tokens"), use: create)
            group.delete(RouterPath("\(path)/tokens/{token_id}"), use: revoke)
        }
    }

    struct CreateRequest: Decodable {
        let name: String
        let access: String
        let workspaceIds: [Int64]?
        let expiresAt: Date?
    }

    @Sendable private func list(_ request: Request, _ context: TenantContext) async throws -> Response {
        try await request.page(by: { TimedPosition($0.createdAt, $0.id) }) {
            try await tokens.list(of: try owner(context), after: $0, limit: $1, by: context.principal)
        }
    }

    @Sendable private func create(_ request: Request, _ context: TenantContext) async throws -> Response {
        let body = try await JSONBody.decode(CreateRequest.self, from: request)
        guard let access = TokenAccess(rawValue: body.access) else {
            throw Refusal.invalid("access", "one_of", "one of read, write")
        }
        let made = try await tokens.create(
            APITokens.Request(
                name: try Text.name(body.name, field: "name"), access: access,
                workspaces: try Self.workspaces(body.workspaceIds), expiresAt: body.expiresAt),
            for: try owner(context), by: context.principal)
        return Response(json: made, status: .created)
    }

    @Sendable private func revoke(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("token_id", of: .token, as: APITokenID.self)
        try await tokens.revoke(id, of: try owner(context), by: context.principal)
        return Response(status: .noContent)
    }

    private func owner(_ context: TenantContext) throws(Refusal) -> APITokens.Owner {
        guard context.parameters.get("service_account_id") != nil else { return .caller }
        return .serviceAccount(try context.id("service_account_id", of: .serviceAccount, as: UserID.self))
    }

    private static func workspaces(_ ids: [Int64]?) throws(Refusal) -> [WorkspaceID]? {
        guard let ids else { return nil }
        guard (1...100).contains(ids.count), Set(ids).count == ids.count else {
            throw .invalid("workspace_ids", "count", "1 to 100 workspaces, each once; leave it out for all")
        }
        return ids.map(WorkspaceID.init(rawValue:))
    }
}

/// A token as lists show it.
extension APIToken: JSONWritable {
    func write(to json: inout JSONWriter) { json.object { writeMembers(to: &$0) } }

    fileprivate func writeMembers(to json: inout JSONWriter) {
        json.member("id", id)
        json.member("name", name)
        json.member("hint", hint)
        json.member("access", access)
        json.member("workspace_ids", ifAny: workspaces)
        json.member("created_by", createdBy)
        json.member("created_at", createdAt)
        json.member("expires_at", ifAny: expiresAt)
        json.member("last_used_at", ifAny: lastUsedAt)
    }
}

/// The answer to its making: the one time that the secret is seen.
extension APITokens.Made: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            token.writeMembers(to: &$0)
            $0.member("token", secret.text.reveal())
        }
    }
}
