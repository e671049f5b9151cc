import Arrow
import Domain
import HTTPTypes
import Hummingbird
import ModelFormats

/// | route | who |
/// |---|---|
/// | `GET /model-versions/{version_id}/config`, `PUT …` | members |
struct ModelConfigRoutes {
    let models: Models

    func add(to group: RouterGroup<TenantContext>) {
        group.get("model-versions/{version_id}/config", use: get)
        group.put("model-versions/{version_id}/config", use: set)
    }

    @Sendable private func get(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("version_id", of: .modelVersion, as: ModelVersionID.self)
        return answer(try await models.config(of: id, by: context.principal))
    }

    @Sendable private func set(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("version_id", of: .modelVersion, as: ModelVersionID.self)
        let revision = try ETag.required(in: request)
        let body = try await JSONBody.decode(ModelConfigRequest.self, from: request)
        return answer(try await models.configure(id, body, ifRevision: revision, by: context.principal))
    }

    private func answer(_ version: ConfiguredVersion) -> Response {
        Response(json: version, headers: [.eTag: ETag.text(version.config.revision)])
    }
}

/// A configuration as the API shows it. Schemas are there as they came, and their fields in words.
extension ConfiguredVersion: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("model_version_id", version.id)
            $0.member("runtime", runtime)
            $0.member("input_names", inputNames)
            $0.member("tensor_fields", ifAny: config.tensorFields)
            $0.member("batch_config", ifAny: config.batchConfig)
            $0.member("filter_threshold", ifAny: config.filterThreshold)
            $0.member("input_schema", ifAny: input?.base64)
            $0.member("input_fields", ifAny: input?.schema.fields)
            $0.member("output_schema", ifAny: output?.base64)
            $0.member("output_fields", ifAny: output?.schema.fields)
            $0.member("updated_at", ifAny: config.updatedAt)
        }
    }
}

extension ArrowField: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("name", name)
            $0.member("type", type.description)
            $0.member("nullable", isNullable)
        }
    }
}
