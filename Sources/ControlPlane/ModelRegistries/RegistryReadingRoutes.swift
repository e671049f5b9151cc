import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import MLflow

/// | route | who |
/// |---|---|
/// | `GET /model-registries/{registry_id}/models` | its creator; members of a workspace that holds it |
/// | `GET …/model-versions?name=` | the same |
/// | `GET …/artifacts?name=&version=` | the same |
/// | `POST /workspaces/{workspace_id}/models/{model_name}/versions/from-registry` | members |
///
/// A model's name is a query parameter, because at a registry it may hold anything.
struct RegistryReadingRoutes {
    let registries: ModelRegistries

    func add(to group: RouterGroup<TenantContext>) {
        group.get("model-registries/{registry_id}/models", use: models)
        group.get("model-registries/{registry_id}/model-versions", use: versions)
        group.get("model-registries/{registry_id}/artifacts", use: artifacts)
        group.post("workspaces/{workspace_id}/models/{model_name}/versions/from-registry", use: upload)
    }

    struct UploadRequest: Decodable {
        let registryId: ModelRegistryID
        let path: String
        let registeredModel: String?
        let registeredVersion: Int64?

        /// Both or neither.
        /// - Throws: `Refusal.invalid`.
        func version() throws(Refusal) -> RegisteredVersionName? {
            switch (registeredModel, registeredVersion) {
            case (nil, nil): return nil
            case (nil, _): throw .invalid("registered_model", "required", "the model's name at the registry")
            case (let model?, let number):
                guard let number, number > 0 else {
                    throw .invalid("registered_version", "range", "the number of a version of the model")
                }
                return RegisteredVersionName(model: try Self.name(model, field: "registered_model"), version: number)
            }
        }

        /// A model's name, which at a registry may be almost anything.
        /// - Throws: `Refusal.invalid`.
        static func name(_ name: String, field: String) throws(Refusal) -> String {
            guard (1...500).contains(name.unicodeScalars.count),
                !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
            else { throw .invalid(field, "display_text", "1 to 500 characters without control characters") }
            return name
        }
    }

    /// Each model may take a request of its own.
    private static let mostModels = 100

    @Sendable private func models(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.registryID()
        let page = try PageRequest(request)
        let limit = min(page.limit, Self.mostModels)
        let rows = try await registries.registeredModels(
            of: id, after: try page.afterKey(), limit: limit, by: context.principal)
        return Response(json: Page(rows, limit: limit, key: \.key.description))
    }

    @Sendable private func versions(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.registryID()
        let name = try name(request)
        return try await request.page(by: \.number) {
            try await registries.registeredVersions(of: name, in: id, before: $0, limit: $1, by: context.principal)
        }
    }

    @Sendable private func artifacts(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.registryID()
        let (url, rows) = try await registries.artifacts(
            of: try name(request), try version(request), in: id, by: context.principal)
        return Response(json: ArtifactList(items: rows.map { ShownArtifact(artifact: $0, url: url) }))
    }

    @Sendable private func upload(_ request: Request, _ context: TenantContext) async throws -> Response {
        let workspace = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        let name = try ModelName(try context.text("model_name"), field: "model_name")
        let buffer = try await JSONBody.collect(from: request)
        let body = try JSONBody.decode(UploadRequest.self, from: buffer)
        let claims = try UploadClaims(try JSONBody.decode(UploadClaimsRequest.self, from: buffer))
        let version = try await registries.upload(
            .init(
                registry: body.registryId, path: body.path, version: try body.version(), workspace: workspace,
                model: name, claims: claims), by: context.principal)
        return .created(version, at: "/api/v1/model-versions/\(version.id)")
    }

    private func name(_ request: Request) throws(Refusal) -> String {
        guard let name = request.queryText("name") else {
            throw .invalid("name", "required", "the model's name at the registry")
        }
        return try UploadRequest.name(name, field: "name")
    }

    private func version(_ request: Request) throws(Refusal) -> Int64 {
        guard let number = request.queryText("version").flatMap({ Int64($0) }), number > 0 else {
            throw .invalid("version", "range", "the number of a version of the model")
        }
        return number
    }
}

extension CountedModel: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("name", model.name)
            $0.member("user", ifAny: model.user)
            $0.member("description", ifAny: model.description)
            $0.member("version_count", versionCount)
            $0.member("latest_version", ifAny: model.latestVersion)
            $0.member("created_at", model.createdAt)
            $0.member("updated_at", model.updatedAt)
        }
    }
}

extension RegisteredModelVersion: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("name", name)
            $0.member("version", number)
            $0.member("description", ifAny: description)
            $0.member("stage", ifAny: stage)
            $0.member("status", ifAny: status)
            $0.member("source", ifAny: source)
            $0.member("run_id", ifAny: runID)
            $0.member("run_link", ifAny: runLink)
            $0.member("user", ifAny: user)
            $0.member("created_at", createdAt)
            $0.member("updated_at", updatedAt)
        }
    }
}

/// All artifacts of a version: there is one page.
struct ArtifactList: JSONWritable {
    let items: [ShownArtifact]

    func write(to json: inout JSONWriter) { json.object { $0.member("items", items) } }
}

/// An artifact with the address that uploads take.
struct ShownArtifact: JSONWritable {
    let artifact: RegisteredArtifact
    let url: ModelRegistryURL

    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("file_name", artifact.location.name)
            $0.member("path", artifact.path)
            $0.member("full_path", artifact.location.fullPath(at: url))
            $0.member("is_dir", artifact.isDirectory)
            $0.member("size_bytes", ifAny: artifact.sizeBytes)
            $0.member("modified_at", ifAny: artifact.modifiedAt)
        }
    }
}
