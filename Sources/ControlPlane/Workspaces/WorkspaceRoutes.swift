import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// | route | who |
/// |---|---|
/// | `POST /workspaces` | anyone signed in |
/// | `GET /workspaces`, `GET /workspaces/{workspace_id}`, `…/members` | members |
/// | `PATCH /workspaces/{workspace_id}` | owners |
/// | `PUT …/members/{user_id}` | owners |
/// | `DELETE …/members/{user_id}` | owners; members for themselves |
///
/// A member is named by id or by e-mail address (WS-08, WS-09, WS-10).
struct WorkspaceRoutes {
    let workspaces: Workspaces

    func add(to group: RouterGroup<TenantContext>) {
        group.post("workspaces", use: create)
        group.get("workspaces", use: list)
        group.get("workspaces/{workspace_id}", use: get)
        group.patch("workspaces/{workspace_id}", use: update)
        group.get("workspaces/{workspace_id}/members", use: members)
        group.put("workspaces/{workspace_id}/members/{user_id}", use: setMember)
        group.delete("workspaces/{workspace_id}/members/{user_id}", use: removeMember)
    }

    struct CreateRequest: Decodable { let name: String }
    struct UpdateRequest: Decodable {
        let name: String?
        let archived: Bool?
    }
    struct MemberRequest: Decodable { let role: String }

    @Sendable private func create(_ request: Request, _ context: TenantContext) async throws -> Response {
        let body = try await JSONBody.decode(CreateRequest.self, from: request)
        let workspace = try await workspaces.create(named: try WorkspaceName(body.name), by: context.principal)
        return .created(
            workspace, at: "/api/v1/workspaces/\(workspace.id)",
            headers: [.eTag: ETag.text(workspace.revision)])
    }

    @Sendable private func list(_ request: Request, _ context: TenantContext) async throws -> Response {
        try await request.page(by: \.id) {
            try await workspaces.list(
                archived: try request.flag("archived"), after: $0, limit: $1, by: context.principal)
        }
    }

    @Sendable private func get(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        return answer(try await workspaces.workspace(id, by: context.principal))
    }

    @Sendable private func update(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        let revision = try ETag.required(in: request)
        let body = try await JSONBody.decode(UpdateRequest.self, from: request)
        let workspace = try await workspaces.update(
            id, name: try body.name.map { try WorkspaceName($0) }, archived: body.archived, ifRevision: revision,
            by: context.principal)
        return answer(workspace)
    }

    @Sendable private func members(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        return try await request.page(by: { TimedPosition($0.since, $0.userID) }) {
            try await workspaces.members(of: id, after: $0, limit: $1, by: context.principal)
        }
    }

    @Sendable private func setMember(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        let user = try context.user("user_id")
        let body = try await JSONBody.decode(MemberRequest.self, from: request)
        guard let role = WorkspaceRole(rawValue: body.role) else {
            throw Refusal.invalid("role", "one_of", "one of owner, collaborator")
        }
        return Response(
            json: try await workspaces.setMember(user, role: role, in: id, by: context.principal))
    }

    @Sendable private func removeMember(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        let user = try context.user("user_id")
        try await workspaces.removeMember(user, from: id, by: context.principal)
        return Response(status: .noContent)
    }

    private func answer(_ workspace: Workspace) -> Response {
        Response(json: workspace, headers: [.eTag: ETag.text(workspace.revision)])
    }
}

/// A workspace as the API shows it.
extension Workspace: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("name", name)
            $0.member("archived", archived)
            $0.member("role", role)
            $0.member("model_count", modelCount)
            $0.member("pipeline_count", pipelineCount)
            $0.member("user_count", userCount)
            $0.member("users", users)
            $0.member("created_by", createdBy)
            $0.member("created_at", createdAt)
            $0.member("updated_at", updatedAt)
        }
    }
}

/// A member as the API shows them.
extension WorkspaceMember: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("user_id", userID)
            $0.member("email", email)
            $0.member("role", role)
            $0.member("since", since)
        }
    }
}
