import Auth
import Domain
import FoundationEssentials
import Hummingbird

/// | route | who |
/// |---|---|
/// | `POST`, `GET /tags`, `GET /tags/{tag_id}` | anyone signed in |
/// | `DELETE /tags/{tag_id}` | who made it, administrators |
/// | `PUT`, `DELETE /model-versions/{version_id}/tags/{tag_id}` | members |
/// | `PUT`, `DELETE /models/{model_id}/tags/{tag_id}` | members |
/// | `PUT`, `DELETE /pipelines/{pipeline_id}/tags/{tag_id}` | members |
struct TagRoutes {
    let tags: Tags

    func add(to group: RouterGroup<TenantContext>) {
        group.post("tags", use: create)
        group.get("tags", use: list)
        group.get("tags/{tag_id}", use: get)
        group.delete("tags/{tag_id}", use: delete)
        group.put("model-versions/{version_id}/tags/{tag_id}") { try await setOnVersion(true, $1) }
        group.delete("model-versions/{version_id}/tags/{tag_id}") { try await setOnVersion(false, $1) }
        group.put("models/{model_id}/tags/{tag_id}") { try await setOnModel(true, $1) }
        group.delete("models/{model_id}/tags/{tag_id}") { try await setOnModel(false, $1) }
        group.put("pipelines/{pipeline_id}/tags/{tag_id}") { try await setOnPipeline(true, $1) }
        group.delete("pipelines/{pipeline_id}/tags/{tag_id}") { try await setOnPipeline(false, $1) }
    }

    struct CreateRequest: Decodable { let tag: String }

    /// The pair of ids that putting a tag on and taking it off answer with (TAG-04, TAG-05, TAG-07, TAG-08).
    struct LinkResponse: JSONWritable {
        let tag: TagID
        var model: ModelID?
        var version: ModelVersionID?
        var pipeline: PipelineID?

        func write(to json: inout JSONWriter) {
            json.object {
                $0.member("model_id", ifAny: model)
                $0.member("model_version_id", ifAny: version)
                $0.member("pipeline_id", ifAny: pipeline)
                $0.member("tag_id", tag)
            }
        }
    }

    @Sendable private func create(_ request: Request, _ context: TenantContext) async throws -> Response {
        let body = try await JSONBody.decode(CreateRequest.self, from: request)
        let tag = try await tags.create(try TagText(body.tag, field: "tag"), by: context.principal)
        return .created(tag, at: "/api/v1/tags/\(tag.id)")
    }

    @Sendable private func list(_ request: Request, _ context: TenantContext) async throws -> Response {
        try await request.page(by: \.id) { try await tags.list(after: $0, limit: $1, by: context.principal) }
    }

    @Sendable private func get(_ request: Request, _ context: TenantContext) async throws -> Response {
        Response(json: try await tags.tag(try tag(context), by: context.principal))
    }

    @Sendable private func delete(_ request: Request, _ context: TenantContext) async throws -> Response {
        try await tags.delete(try tag(context), by: context.principal)
        return Response(status: .noContent)
    }

    private func setOnVersion(_ isOn: Bool, _ context: TenantContext) async throws -> Response {
        let version = try context.id("version_id", of: .modelVersion, as: ModelVersionID.self)
        let tag = try tag(context)
        try await tags.set(tag, on: version, to: isOn, by: context.principal)
        return Response(json: LinkResponse(tag: tag, version: version))
    }

    private func setOnModel(_ isOn: Bool, _ context: TenantContext) async throws -> Response {
        let model = try context.id("model_id", of: .model, as: ModelID.self)
        let tag = try tag(context)
        let version = try await tags.set(tag, onNewestOf: model, to: isOn, by: context.principal)
        return Response(json: LinkResponse(tag: tag, model: model, version: version))
    }

    private func setOnPipeline(_ isOn: Bool, _ context: TenantContext) async throws -> Response {
        let pipeline = try context.id("pipeline_id", of: .pipeline, as: PipelineID.self)
        let tag = try tag(context)
        try await tags.set(tag, on: pipeline, to: isOn, by: context.principal)
        return Response(json: LinkResponse(tag: tag, pipeline: pipeline))
    }

    private func tag(_ context: TenantContext) throws(Refusal) -> TagID {
        try context.id("tag_id", of: .tag, as: TagID.self)
    }
}

/// A tag as the API shows it (TAG-03).
extension Tag: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("tag", text)
            $0.member("models", models)
            $0.member("pipelines", pipelines)
            $0.member("complete", isComplete)
            $0.member("created_by", createdBy)
            $0.member("created_at", createdAt)
        }
    }
}

extension Tag.TaggedModel: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("workspace_id", workspaceID)
            $0.member("name", name)
            $0.member("versions", versions)
        }
    }
}

extension Tag.TaggedPipeline: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("workspace_id", workspaceID)
            $0.member("name", name)
        }
    }
}

extension TagLabel: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("tag", tag)
        }
    }
}
