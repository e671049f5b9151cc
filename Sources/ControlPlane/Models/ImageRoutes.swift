import Domain
import HTTPTypes
import Hummingbird
import Registry

/// | route | who |
/// |---|---|
/// | `POST /workspaces/{workspace_id}/models/{model_name}/versions/from-image` | members |
struct ImageRoutes {
    let models: Models

    func add(to group: RouterGroup<TenantContext>) {
        group.post("workspaces/{workspace_id}/models/{model_name}/versions/from-image", use: register)
    }

    /// An MLflow image: both schemas are needed, whose fields name its inputs and outputs (IMG-01).
    struct RegisterRequest: Decodable {
        let image: String
        let arch: String?
        let accel: String?
        let inputSchema: String?
        let outputSchema: String?
    }

    @Sendable private func register(_ request: Request, _ context: TenantContext) async throws -> Response {
        let workspace = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        let name = try ModelName(try context.text("model_name"), field: "model_name")
        let body = try await JSONBody.decode(RegisterRequest.self, from: request)
        let claims = try UploadClaims(
            UploadClaimsRequest(
                framework: ModelFramework.mlflow.rawValue, arch: body.arch, accel: body.accel,
                inputSchema: body.inputSchema, outputSchema: body.outputSchema))
        let version = try await models.register(
            .init(
                workspace: workspace, model: name, image: try ImageReference(body.image, field: "image"),
                claims: claims), by: context.principal)
        return .created(version, at: "/api/v1/model-versions/\(version.id)")
    }
}
