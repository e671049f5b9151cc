import Domain
import FoundationEssentials
import Hummingbird

/// | route | who |
/// |---|---|
/// | `POST`, `GET /workspaces/{workspace_id}/pipelines` | members |
/// | `GET /pipelines` | anyone signed in: the pipelines of their workspaces |
/// | `GET /pipelines/{pipeline_id}`, `GET`, `POST …/versions` | members |
/// | `GET /pipeline-versions/{version_id}` | members |
struct PipelineRoutes {
    let pipelines: Pipelines

    func add(to group: RouterGroup<TenantContext>) {
        group.post("workspaces/{workspace_id}/pipelines", use: create)
        group.get("workspaces/{workspace_id}/pipelines", use: listInWorkspace)
        group.get("pipelines", use: list)
        group.get("pipelines/{pipeline_id}", use: get)
        group.post("pipelines/{pipeline_id}/versions", use: createVersion)
        group.get("pipelines/{pipeline_id}/versions", use: versions)
        group.get("pipeline-versions/{version_id}", use: version)
    }

    struct CreateRequest: Decodable {
        let name: String
        let steps: [StepRequest]?
    }
    struct CreateVersionRequest: Decodable { let steps: [StepRequest] }
    struct StepRequest: Decodable {
        let modelInference: Models
        struct Models: Decodable { let models: [Reference] }
        struct Reference: Decodable { let version: String }
    }

    /// A new pipeline with its first version.
    struct CreatedResponse: JSONWritable {
        let pipeline: Pipeline
        let latestVersion: PipelineVersion

        func write(to json: inout JSONWriter) {
            json.object {
                pipeline.writeMembers(to: &$0)
                $0.member("latest_version", latestVersion)
            }
        }
    }

    @Sendable private func create(_ request: Request, _ context: TenantContext) async throws -> Response {
        let workspace = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        let body = try await JSONBody.decode(CreateRequest.self, from: request)
        let (pipeline, version) = try await pipelines.create(
            named: try PipelineName(body.name), steps: try Self.steps(body.steps ?? []), in: workspace,
            by: context.principal)
        return .created(
            CreatedResponse(pipeline: pipeline, latestVersion: version), at: "/api/v1/pipelines/\(pipeline.id)")
    }

    @Sendable private func createVersion(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("pipeline_id", of: .pipeline, as: PipelineID.self)
        let body = try await JSONBody.decode(CreateVersionRequest.self, from: request)
        let version = try await pipelines.createVersion(
            of: id, steps: try Self.steps(body.steps), by: context.principal)
        return .created(version, at: "/api/v1/pipeline-versions/\(version.id)")
    }

    @Sendable private func listInWorkspace(_ request: Request, _ context: TenantContext) async throws -> Response {
        try await list(request, context, in: try context.id("workspace_id", of: .workspace, as: WorkspaceID.self))
    }

    @Sendable private func list(_ request: Request, _ context: TenantContext) async throws -> Response {
        try await list(request, context, in: nil)
    }

    private func list(_ request: Request, _ context: TenantContext, in workspace: WorkspaceID?) async throws -> Response
    {
        try await request.page(by: \.pipeline.id) {
            try await pipelines.list(
                in: workspace, tagged: try request.tagTerm(), after: $0, limit: $1, by: context.principal)
        }
    }

    @Sendable private func get(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("pipeline_id", of: .pipeline, as: PipelineID.self)
        return Response(json: try await pipelines.pipeline(id, by: context.principal))
    }

    @Sendable private func versions(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("pipeline_id", of: .pipeline, as: PipelineID.self)
        return try await request.page(by: \.number) {
            try await pipelines.versions(of: id, after: $0, limit: $1, by: context.principal)
        }
    }

    @Sendable private func version(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("version_id", of: .pipelineVersion, as: PipelineVersionID.self)
        return Response(json: try await pipelines.version(id, by: context.principal))
    }

    private static func steps(_ steps: [StepRequest]) throws(Refusal) -> [[ModelVersionID]] {
        var ids: [[ModelVersionID]] = []
        for (index, step) in steps.enumerated() {
            var models: [ModelVersionID] = []
            for (position, model) in step.modelInference.models.enumerated() {
                guard let id = ModelVersionID(model.version) else {
                    throw .invalid(
                        "steps[\(index)].model_inference.models[\(position)].version", "uuid", "a model version's UUID")
                }
                models.append(id)
            }
            ids.append(models)
        }
        return ids
    }
}

/// A pipeline as the API shows it.
extension Pipeline: JSONWritable {
    func write(to json: inout JSONWriter) { json.object(writeMembers) }

    fileprivate func writeMembers(to json: inout JSONWriter) {
        json.member("id", id)
        json.member("workspace_id", workspaceID)
        json.member("name", name)
        json.member("version_count", versionCount)
        json.member("published", published)
        json.member("created_by", createdBy)
        json.member("created_at", createdAt)
        json.member("updated_at", updatedAt)
    }
}

/// A pipeline as lists show it.
extension PipelineListing: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            pipeline.writeMembers(to: &$0)
            $0.member("latest_version", latestVersion)
            $0.member("tags", tags)
        }
    }
}

/// A pipeline version as the API shows it.
extension PipelineVersion: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("number", number)
            $0.member("pipeline_id", pipelineID)
            $0.member("workspace_id", workspaceID)
            $0.member("steps", steps)
            $0.member("created_by", createdBy)
            $0.member("created_at", createdAt)
        }
    }
}

/// The form of PIPE-10, with the API's snake case.
extension PipelineStep: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            switch self {
            case .modelInference(let models): $0.member("model_inference") { $0.member("models", models) }
            }
        }
    }
}

/// A model version as a step names it (PIPE-10).
extension PipelineStep.ModelReference: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("name", name)
            $0.member("version", version)
            $0.member("sha", sha)
        }
    }
}
