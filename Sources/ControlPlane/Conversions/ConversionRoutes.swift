import Domain
import Hummingbird

/// | route | who |
/// |---|---|
/// | `GET /model-versions/{version_id}/conversion` | members |
struct ConversionRoutes {
    let models: Models

    func add(to group: RouterGroup<TenantContext>) {
        group.get("model-versions/{version_id}/conversion", use: get)
    }

    @Sendable private func get(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("version_id", of: .modelVersion, as: ModelVersionID.self)
        return Response(json: try await models.conversion(of: id, by: context.principal))
    }
}

/// A conversion as the API shows it: `status` in the words of MODEL-18, `state` in those of MODEL-20.
extension Conversion: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("model_version_id", version)
            $0.member("status", status)
            $0.member("state", state)
            $0.member("runtime", runtime)
            $0.member("step", step)
            $0.member("percent", Int64(percent))
            $0.member("reason", ifAny: reason)
            $0.member("error", ifAny: error)
            $0.member("attempts", attempts)
            $0.member("history", history)
            $0.member("converted", ifAny: file)
            $0.member("inspection", ifAny: inspection)
            $0.member("updated_at", updatedAt)
        }
    }
}

extension Conversion.Step: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("state", state)
            $0.member("at", time)
        }
    }
}

extension ConvertedFile: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("sha", sha256.hex)
            $0.member("size_bytes", sizeBytes)
            $0.member("manifest_digest", manifestDigest)
        }
    }
}
