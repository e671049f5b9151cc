import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// | route | who |
/// |---|---|
/// | `POST /model-registries` | anyone signed in; with a workspace its owners |
/// | `GET /model-registries` | anyone signed in: those that they may use; administrators: all |
/// | `GET /model-registries/{registry_id}` | its creator; members of a workspace that holds it; administrators |
/// | `PUT /model-registries/{registry_id}/token` | its creator; administrators to take it away |
/// | `DELETE /model-registries/{registry_id}` | its creator; administrators |
/// | `GET /workspaces/{workspace_id}/model-registries` | members |
/// | `PUT /workspaces/{workspace_id}/model-registries/{registry_id}` | owners who may use it |
/// | `DELETE /workspaces/{workspace_id}/model-registries/{registry_id}` | owners |
struct ModelRegistryRoutes {
    let registries: ModelRegistries

    func add(to group: RouterGroup<TenantContext>) {
        group.post("model-registries", use: create)
        group.get("model-registries", use: list)
        group.get("model-registries/{registry_id}", use: get)
        group.put("model-registries/{registry_id}/token", use: setToken)
        group.delete("model-registries/{registry_id}", use: delete)
        group.get("workspaces/{workspace_id}/model-registries", use: listOfWorkspace)
        group.put("workspaces/{workspace_id}/model-registries/{registry_id}", use: attach)
        group.delete("workspaces/{workspace_id}/model-registries/{registry_id}", use: detach)
    }

    struct CreateRequest: Decodable {
        let name: String
        let url: String
        let token: Secret<String>?
        let workspaceId: WorkspaceID?
    }

    struct TokenRequest: Decodable {
        let token: Secret<String>?
    }

    @Sendable private func create(_ request: Request, _ context: TenantContext) async throws -> Response {
        let body = try await JSONBody.decode(CreateRequest.self, from: request)
        let registry = try await registries.create(
            .init(
                name: try ModelRegistryName(body.name), url: try ModelRegistryURL(trimming: body.url, field: "url"),
                token: try ModelRegistryToken.parse(body.token), workspace: body.workspaceId), by: context.principal)
        return .created(registry, at: "/api/v1/model-registries/\(registry.id)")
    }

    @Sendable private func list(_ request: Request, _ context: TenantContext) async throws -> Response {
        try await request.page(by: \.id) {
            try await registries.list(after: $0, limit: $1, by: context.principal)
        }
    }

    @Sendable private func get(_ request: Request, _ context: TenantContext) async throws -> Response {
        Response(json: try await registries.registry(try context.registryID(), by: context.principal))
    }

    @Sendable private func setToken(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.registryID()
        let token = try ModelRegistryToken.parse(try await JSONBody.decode(TokenRequest.self, from: request).token)
        return Response(json: try await registries.setToken(token, of: id, by: context.principal))
    }

    @Sendable private func delete(_ request: Request, _ context: TenantContext) async throws -> Response {
        try await registries.delete(try context.registryID(), by: context.principal)
        return Response(status: .noContent)
    }

    @Sendable private func listOfWorkspace(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        return try await request.page(by: \.id) {
            try await registries.list(in: id, after: $0, limit: $1, by: context.principal)
        }
    }

    @Sendable private func attach(_ request: Request, _ context: TenantContext) async throws -> Response {
        let workspace = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        return Response(
            json: try await registries.attach(try context.registryID(), to: workspace, by: context.principal))
    }

    @Sendable private func detach(_ request: Request, _ context: TenantContext) async throws -> Response {
        let workspace = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        return Response(
            json: try await registries.detach(try context.registryID(), from: workspace, by: context.principal))
    }
}

extension TenantContext {
    /// - Throws: `Refusal.notFound`.
    func registryID() throws(Refusal) -> ModelRegistryID {
        try id("registry_id", of: .modelRegistry, as: ModelRegistryID.self)
    }
}

/// A model registry as the API shows it: never with its token (REG-04).
extension ModelRegistry: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("name", name)
            $0.member("url", url)
            $0.member("has_token", hasToken)
            $0.member("workspaces", workspaces)
            $0.member("created_by", createdBy)
            $0.member("created_at", createdAt)
            $0.member("updated_at", updatedAt)
        }
    }
}

extension ModelRegistry.Holder: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("name", name)
        }
    }
}
