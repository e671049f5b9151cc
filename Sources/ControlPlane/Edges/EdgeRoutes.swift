import Domain
import FoundationEssentials
import Hummingbird

/// | route | who |
/// |---|---|
/// | `POST`, `GET /publishes/{publish_id}/edges` | members |
/// | `DELETE /publishes/{publish_id}/edges/{edge_name}` | members |
/// | `GET /pipelines/{pipeline_id}/edges`, `GET /edges/{edge_id}` | members |
struct EdgeRoutes {
    let edges: Edges
    let time: any TimeSource

    func add(to group: RouterGroup<TenantContext>) {
        group.post("publishes/{publish_id}/edges", use: create)
        group.get("publishes/{publish_id}/edges", use: listOfPublish)
        group.delete("publishes/{publish_id}/edges/{edge_name}", use: remove)
        group.get("pipelines/{pipeline_id}/edges", use: listOfPipeline)
        group.get("edges/{edge_id}", use: get)
    }

    struct CreateRequest: Decodable {
        let name: String
        let tags: [String]?
    }

    struct EdgeResponse: Encodable {
        let id: EdgeID
        let name: String
        let tags: [String]
        let cpus: Double?
        let memory: String?
        let pipelineId: PipelineID
        let publishId: PublishID
        let pipelineVersionId: PipelineVersionNumber
        let pipelineVersionName: PipelineVersionID
        /// Without the scheme, as in EDGE-07.
        let spiffeId: String
        let state: EdgeState
        let createdBy: UserID
        let createdAt: Date
        let attestedAt: Date?
        let lastContactAt: Date?
    }

    /// The only answer that shows the bundle.
    struct CreatedResponse: Encodable {
        let edge: EdgeResponse
        let publish: PublishResponse
    }

    @Sendable private func create(_ request: Request, _ context: TenantContext) async throws -> Response {
        let publishID = try context.id("publish_id", of: .publish, as: PublishID.self)
        let body = try await JSONBody.decode(CreateRequest.self, from: request)
        let (edge, publish, bundle) = try await edges.add(
            named: try EdgeName(body.name), tags: try Text.tags(body.tags ?? [], field: "tags"), to: publishID,
            by: context.principal)
        let answer = CreatedResponse(
            edge: try response(edge),
            publish: PublishResponse(publish, dockerRunVariables: ["EDGE_BUNDLE": bundle.base64]))
        return try .created(answer, at: "/api/v1/edges/\(edge.id)")
    }

    @Sendable private func remove(_ request: Request, _ context: TenantContext) async throws -> Response {
        let publishID = try context.id("publish_id", of: .publish, as: PublishID.self)
        guard let name = EdgeName(rawValue: try context.text("edge_name")) else { throw Refusal.notFound(.edge) }
        try await edges.remove(named: name, from: publishID, by: context.principal)
        return Response(status: .noContent)
    }

    @Sendable private func listOfPublish(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("publish_id", of: .publish, as: PublishID.self)
        let page = try PageRequest(request)
        let after = try page.afterUUID().map(EdgeID.init(rawValue:))
        return try answer(try await edges.list(of: id, after: after, limit: page.limit, by: context.principal), page)
    }

    @Sendable private func listOfPipeline(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("pipeline_id", of: .pipeline, as: PipelineID.self)
        let page = try PageRequest(request)
        let after = try page.afterUUID().map(EdgeID.init(rawValue:))
        return try answer(try await edges.list(of: id, after: after, limit: page.limit, by: context.principal), page)
    }

    @Sendable private func get(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("edge_id", of: .edge, as: EdgeID.self)
        return try Response(json: try response(try await edges.edge(id, by: context.principal)))
    }

    private func answer(_ rows: [Edge], _ page: PageRequest) throws -> Response {
        let items = try rows.map(response)
        return try Response(json: Page(items, limit: page.limit, key: \.id.description) { $0 })
    }

    private func response(_ edge: Edge) throws(Refusal) -> EdgeResponse {
        let resources = edge.engineConfig.engine.resources?.limits
        return EdgeResponse(
            id: edge.id, name: edge.name.rawValue, tags: edge.tags, cpus: resources?.cpu, memory: resources?.memory,
            pipelineId: edge.pipelineID, publishId: edge.publishID, pipelineVersionId: edge.pipelineVersionNumber,
            pipelineVersionName: edge.pipelineVersionID,
            spiffeId: try edges.settings.spiffeID(of: edge.id).withoutScheme, state: edge.state(at: time.now()),
            createdBy: edge.createdBy, createdAt: edge.createdAt, attestedAt: edge.attestedAt,
            lastContactAt: edge.lastContactAt)
    }
}
