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

    @Sendable private func create(_ request: Request, _ context: TenantContext) async throws -> Response {
        let publishID = try context.id("publish_id", of: .publish, as: PublishID.self)
        let body = try await JSONBody.decode(CreateRequest.self, from: request)
        let (edge, publish, bundle) = try await edges.add(
            named: try EdgeName(body.name), tags: try Text.tags(body.tags ?? [], field: "tags"), to: publishID,
            by: context.principal)
        let answer = CreatedResponse(
            edge: try response(edge),
            publish: PublishResponse(publish: publish, dockerRunVariables: ["EDGE_BUNDLE": bundle.base64]))
        return .created(answer, at: "/api/v1/edges/\(edge.id)")
    }

    @Sendable private func remove(_ request: Request, _ context: TenantContext) async throws -> Response {
        let publishID = try context.id("publish_id", of: .publish, as: PublishID.self)
        guard let name = EdgeName(rawValue: try context.text("edge_name")) else { throw Refusal.notFound(.edge) }
        try await edges.remove(named: name, from: publishID, by: context.principal)
        return Response(status: .noContent)
    }

    @Sendable private func listOfPublish(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("publish_id", of: .publish, as: PublishID.self)
        return try await request.page(by: \.edge.id) {
            try await edges.list(of: id, after: $0, limit: $1, by: context.principal).map(response)
        }
    }

    @Sendable private func listOfPipeline(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("pipeline_id", of: .pipeline, as: PipelineID.self)
        return try await request.page(by: \.edge.id) {
            try await edges.list(of: id, after: $0, limit: $1, by: context.principal).map(response)
        }
    }

    @Sendable private func get(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("edge_id", of: .edge, as: EdgeID.self)
        return Response(json: try response(try await edges.edge(id, by: context.principal)))
    }

    private func response(_ edge: Edge) throws(Refusal) -> EdgeResponse {
        EdgeResponse(edge: edge, id: try edges.settings.spiffeID(of: edge.id), state: edge.state(at: time.now()))
    }
}

/// An edge as the API shows it.
private struct EdgeResponse: JSONWritable {
    let edge: Edge
    let id: SPIFFEID
    let state: EdgeState

    func write(to json: inout JSONWriter) {
        let limits = edge.engineConfig.engine.resources?.limits
        json.object {
            $0.member("id", edge.id)
            $0.member("name", edge.name)
            $0.member("tags", edge.tags)
            $0.member("cpus", ifAny: limits?.cpu)
            $0.member("memory", ifAny: limits?.memory)
            $0.member("pipeline_id", edge.pipelineID)
            $0.member("publish_id", edge.publishID)
            $0.member("pipeline_version_id", edge.pipelineVersionNumber)
            $0.member("pipeline_version_name", edge.pipelineVersionID)
            // Without the scheme, as in EDGE-07.
            $0.member("spiffe_id", id.withoutScheme)
            $0.member("state", state)
            $0.member("created_by", edge.createdBy)
            $0.member("created_at", edge.createdAt)
            $0.member("attested_at", ifAny: edge.attestedAt)
            $0.member("last_contact_at", ifAny: edge.lastContactAt)
        }
    }
}

/// A new edge and its publish: the only answer that shows the bundle.
private struct CreatedResponse: JSONWritable {
    let edge: EdgeResponse
    let publish: PublishResponse

    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("edge", edge)
            $0.member("publish", publish)
        }
    }
}
