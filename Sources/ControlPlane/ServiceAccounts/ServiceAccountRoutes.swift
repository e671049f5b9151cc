import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// | route | who |
/// |---|---|
/// | `GET /workspaces/{workspace_id}/service-accounts` | members |
/// | `POST /workspaces/{workspace_id}/service-accounts` | owners; no tokens |
/// | `GET /service-accounts/{service_account_id}` | members of its workspace |
/// | `PATCH /service-accounts/{service_account_id}` | owners of its workspace; no tokens |
///
/// `PUT` and `DELETE /workspaces/{workspace_id}/members/{user_id}` take it into other workspaces and out of them.
struct ServiceAccountRoutes {
    let accounts: ServiceAccounts

    func add(to group: RouterGroup<TenantContext>) {
        group.get("workspaces/{workspace_id}/service-accounts", use: list)
        group.post("workspaces/{workspace_id}/service-accounts", use: create)
        group.get("service-accounts/{service_account_id}", use: get)
        group.patch("service-accounts/{service_account_id}", use: update)
    }

    struct CreateRequest: Decodable { let name: String }
    struct UpdateRequest: Decodable { let active: Bool }

    @Sendable private func list(_ request: Request, _ context: TenantContext) async throws -> Response {
        let workspace = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        return try await request.page(by: \.name.rawValue) {
            try await accounts.list(in: workspace, after: $0, limit: $1, by: context.principal)
        }
    }

    @Sendable private func create(_ request: Request, _ context: TenantContext) async throws -> Response {
        let workspace = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        let body = try await JSONBody.decode(CreateRequest.self, from: request)
        let account = try await accounts.create(
            try ServiceAccountName(body.name), in: workspace, by: context.principal)
        return .created(
            account, at: "/api/v1/service-accounts/\(account.id)", headers: [.eTag: ETag.text(account.revision)])
    }

    @Sendable private func get(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("service_account_id", of: .serviceAccount, as: UserID.self)
        return answer(try await accounts.account(id, by: context.principal))
    }

    @Sendable private func update(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("service_account_id", of: .serviceAccount, as: UserID.self)
        let revision = try ETag.required(in: request)
        let body = try await JSONBody.decode(UpdateRequest.self, from: request)
        return answer(
            try await accounts.update(id, active: body.active, ifRevision: revision, by: context.principal))
    }

    private func answer(_ account: ServiceAccount) -> Response {
        Response(json: account, headers: [.eTag: ETag.text(account.revision)])
    }
}

/// A service account as the API shows it.
extension ServiceAccount: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("name", name)
            $0.member("email", address)
            $0.member("workspace_id", workspaceID)
            $0.member("active", active)
            $0.member("created_by", createdBy)
            $0.member("created_at", createdAt)
        }
    }
}
