import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import ModelFormats

/// | route | who |
/// |---|---|
/// | `GET /workspaces/{workspace_id}/models` | members |
/// | `POST /workspaces/{workspace_id}/models/{model_name}/versions` | members; the body is the file |
/// | `GET /models/{model_id}`, `GET …/versions` | members |
/// | `GET /model-versions` | anyone signed in: the versions of their workspaces |
/// | `GET /model-versions/{version_id}` | members |
/// | `DELETE /model-versions/{version_id}` | owners |
struct ModelRoutes {
    let models: Models

    func add(to group: RouterGroup<TenantContext>) {
        group.get("workspaces/{workspace_id}/models", use: list)
        group.post("workspaces/{workspace_id}/models/{model_name}/versions", use: upload)
        group.get("models/{model_id}", use: get)
        group.get("models/{model_id}/versions", use: versions)
        group.get("model-versions", use: allVersions)
        group.get("model-versions/{version_id}", use: version)
        group.delete("model-versions/{version_id}", use: delete)
    }

    @Sendable private func upload(_ request: Request, _ context: TenantContext) async throws -> Response {
        let workspace = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        let name = try ModelName(try context.text("model_name"), field: "model_name")
        // Readers differ in which of two counts.
        try request.requireOnce("file_name", "framework", "arch", "accel", "input_schema", "output_schema")
        let framework: ModelFramework = try request.choice("framework", default: .onnx)
        let (arch, accel) = try hardware(request)
        let (input, output) = try schemas(request, of: framework)
        let upload = Models.Upload(
            workspace: workspace, model: name, fileName: try fileName(request, of: framework), framework: framework,
            arch: arch, accel: accel, inputSchema: input, outputSchema: output,
            length: request.headers[.contentLength].flatMap(Int64.init),
            expected: try ContentDigest.parse(request.headers))
        if let type = request.headers[.contentType], !type.lowercased().hasPrefix("application/octet-stream") {
            throw Refusal.unsupportedMediaType("the body is the model file, as application/octet-stream")
        }
        let version = try await models.upload(upload, request.body, by: context.principal)
        return .created(version, at: "/api/v1/model-versions/\(version.id)")
    }

    private func fileName(_ request: Request, of framework: ModelFramework) throws(Refusal) -> String {
        guard let text = request.uri.queryParameters["file_name"].map(String.init) else {
            guard framework == .onnx else {
                throw .invalid("file_name", "required", "the name of the file, whose end tells what it is")
            }
            return "model.onnx"
        }
        let name = try Text.fileName(text, field: "file_name")
        try framework.requireFileType(name, field: "file_name")
        return name
    }

    private func hardware(_ request: Request) throws(Refusal) -> (Architecture, Accelerator) {
        let arch: Architecture = try request.choice("arch", default: .x86)
        let accel: Accelerator = try request.choice("accel", default: .none)
        guard accel.architectures.contains(arch) else {
            throw .invalid("accel", "arch", "\(accel.rawValue) does not run on \(arch.rawValue)")
        }
        return (arch, accel)
    }

    private func schemas(_ request: Request, of framework: ModelFramework) throws(Refusal) -> ([UInt8]?, [UInt8]?) {
        let input = try request.queryText("input_schema").map { (text) throws(Refusal) in
            try ModelSchema(base64: text, field: "input_schema")
        }
        let output = try request.queryText("output_schema").map { (text) throws(Refusal) in
            try ModelSchema(base64: text, field: "output_schema")
        }
        try ModelSchema.require(framework, input: input, output: output)
        return (input?.message, output?.message)
    }

    @Sendable private func list(_ request: Request, _ context: TenantContext) async throws -> Response {
        let workspace = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        return try await request.page(by: \.id) {
            try await models.list(in: workspace, after: $0, limit: $1, by: context.principal)
        }
    }

    @Sendable private func get(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("model_id", of: .model, as: ModelID.self)
        return Response(json: try await models.model(id, by: context.principal))
    }

    @Sendable private func versions(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("model_id", of: .model, as: ModelID.self)
        return try await request.page(by: \.version.id) {
            try await models.versions(of: id, after: $0, limit: $1, by: context.principal)
        }
    }

    @Sendable private func allVersions(_ request: Request, _ context: TenantContext) async throws -> Response {
        try await request.page(by: \.version.id) {
            try await models.versions(
                tagged: try request.tagTerm(), after: $0, limit: $1, by: context.principal)
        }
    }

    @Sendable private func version(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("version_id", of: .modelVersion, as: ModelVersionID.self)
        return Response(json: try await models.version(id, by: context.principal))
    }

    @Sendable private func delete(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("version_id", of: .modelVersion, as: ModelVersionID.self)
        try await models.delete(id, by: context.principal)
        return Response(status: .noContent)
    }
}

/// A model as the API shows it.
extension Model: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("workspace_id", workspaceID)
            $0.member("name", name)
            $0.member("version_count", versionCount)
            $0.member("latest_version", ifAny: latestVersion)
            $0.member("created_by", createdBy)
            $0.member("created_at", createdAt)
            $0.member("updated_at", updatedAt)
        }
    }
}

extension Model.LatestVersion: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("file_name", fileName)
        }
    }
}

/// A model version as the API shows it (MODEL-08). Its `sha` is 64 hex digits, as the seeds print it (MODEL-13).
extension ModelVersion: JSONWritable {
    func write(to json: inout JSONWriter) { json.object(writeMembers) }

    fileprivate func writeMembers(to json: inout JSONWriter) {
        json.member("id", id)
        json.member("model_id", modelID)
        json.member("name", modelName)
        json.member("workspace_id", workspaceID)
        json.member("file_name", fileName)
        json.member("sha", sha256.hex)
        json.member("size_bytes", sizeBytes)
        json.member("framework", framework)
        json.member("runtime", runtime)
        json.member("arch", arch)
        json.member("accel", accel)
        json.member("status", status)
        json.member("inspection", inspection)
        json.member("manifest_digest", manifestDigest)
        json.member("image_path", ifAny: imagePath)
        json.member("converted", ifAny: converted)
        json.member("created_by", createdBy)
        json.member("created_at", createdAt)
        json.member("updated_at", updatedAt)
    }
}

/// A model version as lists show it.
extension ModelVersionListing: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            version.writeMembers(to: &$0)
            $0.member("tags", tags)
        }
    }
}
