import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// | route | who |
/// |---|---|
/// | `GET /workspaces/{workspace_id}/models` | members |
/// | `POST /workspaces/{workspace_id}/models/{model_name}/versions` | members; the body is the file |
/// | `GET /models/{model_id}`, `GET …/versions` | members |
/// | `GET /model-versions/{version_id}` | members |
struct ModelRoutes {
    let models: Models

    func add(to group: RouterGroup<TenantContext>) {
        group.get("workspaces/{workspace_id}/models", use: list)
        group.post("workspaces/{workspace_id}/models/{model_name}/versions", use: upload)
        group.get("models/{model_id}", use: get)
        group.get("models/{model_id}/versions", use: versions)
        group.get("model-versions/{version_id}", use: version)
    }

    struct ModelResponse: Encodable {
        let id: ModelID
        let workspaceId: WorkspaceID
        let name: String
        let versionCount: Int64
        let createdBy: UserID
        let createdAt: Date
        let updatedAt: Date

        init(_ model: Model) {
            id = model.id
            workspaceId = model.workspaceID
            name = model.name.rawValue
            versionCount = model.versionCount
            createdBy = model.createdBy
            createdAt = model.createdAt
            updatedAt = model.updatedAt
        }
    }

    @Sendable private func upload(_ request: Request, _ context: TenantContext) async throws -> Response {
        let workspace = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        let name = try ModelName(try context.text("model_name"), field: "model_name")
        let fileName = request.uri.queryParameters["file_name"].map(String.init) ?? "model.onnx"
        let upload = Models.Upload(
            workspace: workspace, model: name, fileName: try Text.fileName(fileName, field: "file_name"),
            framework: try request.choice("framework", default: .onnx), arch: try request.choice("arch", default: .x86),
            length: request.headers[.contentLength].flatMap(Int64.init),
            expected: try ContentDigest.parse(request.headers))
        if let type = request.headers[.contentType], !type.lowercased().hasPrefix("application/octet-stream") {
            throw Refusal.unsupportedMediaType("the body is the model file, as application/octet-stream")
        }
        let version = try await models.upload(upload, request.body, by: context.principal)
        return try .created(ModelVersionResponse(version), at: "/api/v1/model-versions/\(version.id)")
    }

    @Sendable private func list(_ request: Request, _ context: TenantContext) async throws -> Response {
        let workspace = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        let page = try PageRequest(request)
        let after = try page.afterNumber().map(ModelID.init(rawValue:))
        let rows = try await models.list(in: workspace, after: after, limit: page.limit, by: context.principal)
        return try Response(json: Page(rows, limit: page.limit, key: \.id.description, item: ModelResponse.init))
    }

    @Sendable private func get(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("model_id", of: .model, as: ModelID.self)
        return try Response(json: ModelResponse(try await models.model(id, by: context.principal)))
    }

    @Sendable private func versions(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("model_id", of: .model, as: ModelID.self)
        let page = try PageRequest(request)
        let after = try page.afterUUID().map(ModelVersionID.init(rawValue:))
        let rows = try await models.versions(of: id, after: after, limit: page.limit, by: context.principal)
        return try Response(json: Page(rows, limit: page.limit, key: \.id.description, item: ModelVersionResponse.init))
    }

    @Sendable private func version(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("version_id", of: .modelVersion, as: ModelVersionID.self)
        return try Response(json: ModelVersionResponse(try await models.version(id, by: context.principal)))
    }
}
