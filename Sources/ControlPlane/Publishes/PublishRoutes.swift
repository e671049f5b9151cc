import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Registry

/// | route | who |
/// |---|---|
/// | `POST`, `GET /pipelines/{pipeline_id}/publishes` | members |
/// | `GET /publishes/{publish_id}` | members |
/// | `DELETE /publishes/{publish_id}` | owners |
/// | `GET /publishes/{publish_id}/export` | members |
struct PublishRoutes {
    let publishes: Publishes

    func add(to group: RouterGroup<TenantContext>) {
        group.post("pipelines/{pipeline_id}/publishes", use: create)
        group.get("pipelines/{pipeline_id}/publishes", use: list)
        group.get("publishes/{publish_id}", use: get)
        group.delete("publishes/{publish_id}", use: delete)
        group.get("publishes/{publish_id}/export", use: export)
    }

    struct CreateRequest: Decodable {
        /// UUID of a version; the newest when it is absent.
        let pipelineVersion: String?
        let deploymentConfig: DeploymentConfig?
        /// Whether to push an image with the same files, too.
        let image: Bool?
        /// Publishes whose edges the new one takes over.
        let replaces: [Int64]?

        struct DeploymentConfig: Decodable {
            let cpus: Double?
            let memory: String?
            let lbCpus: Double?
            let lbMemory: String?
        }
    }

    @Sendable private func create(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("pipeline_id", of: .pipeline, as: PipelineID.self)
        let body = try await JSONBody.decode(CreateRequest.self, from: request)
        let version = try body.pipelineVersion.map { text throws(Refusal) in
            guard let version = PipelineVersionID(text) else {
                throw .invalid("pipeline_version", "uuid", "a pipeline version's UUID")
            }
            return version
        }
        let publish = try await publishes.create(
            of: id, version: version, config: try Self.engineConfig(body.deploymentConfig),
            withImage: body.image ?? false,
            replacing: try PublishReplacement.ids(body.replaces ?? []), by: context.principal)
        return Response(
            json: PublishResponse(publish: publish), status: .accepted,
            headers: [.location: "/api/v1/publishes/\(publish.id)"])
    }

    @Sendable private func list(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("pipeline_id", of: .pipeline, as: PipelineID.self)
        return try await request.page(by: \.publish.id) {
            try await publishes.list(of: id, after: $0, limit: $1, by: context.principal)
                .map { PublishResponse(publish: $0) }
        }
    }

    @Sendable private func get(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("publish_id", of: .publish, as: PublishID.self)
        return Response(json: PublishResponse(publish: try await publishes.publish(id, by: context.principal)))
    }

    @Sendable private func delete(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("publish_id", of: .publish, as: PublishID.self)
        try await publishes.delete(id, by: context.principal)
        return Response(status: .noContent)
    }

    /// Its length is known before, so a client notices when it breaks off.
    @Sendable private func export(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("publish_id", of: .publish, as: PublishID.self)
        let archive = try await publishes.export(id, by: context.principal)
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/x-tar",
                .contentDisposition: "attachment; filename=\"publish-\(id).tar\"",
            ],
            body: ResponseBody(contentLength: Int(archive.size)) { writer in
                for try await buffer in archive { try await writer.write(buffer) }
                try await writer.finish(nil)
            })
    }

    /// Without a load balancer's resources that part stays open (DCFG-25).
    private static func engineConfig(_ request: CreateRequest.DeploymentConfig?) throws(Refusal) -> EngineConfig {
        guard let request else { return EngineConfig() }
        let fallback = EngineConfig.Resources.default
        let engine = try EngineConfig.Resources(
            cpus: request.cpus ?? fallback.cpu, memory: request.memory ?? fallback.memory, field: "deployment_config")
        guard request.lbCpus != nil || request.lbMemory != nil else { return EngineConfig(engine: engine) }
        let loadBalancer = try EngineConfig.Resources(
            cpus: request.lbCpus ?? fallback.cpu, memory: request.lbMemory ?? fallback.memory,
            field: "deployment_config", prefix: "lb_")
        return EngineConfig(engine: engine, loadBalancer: loadBalancer)
    }
}
