import Domain
import Hummingbird

/// | route | who |
/// |---|---|
/// | `GET /workspaces/{workspace_id}/quota` | members; administrators |
/// | `PUT /workspaces/{workspace_id}/quota` | administrators |
struct QuotaRoutes {
    let quotas: Quotas

    func add(to group: RouterGroup<TenantContext>) {
        group.get("workspaces/{workspace_id}/quota", use: get)
        group.put("workspaces/{workspace_id}/quota", use: set)
    }

    /// `null` is something else than nothing: the instance's default.
    struct SetRequest: Decodable {
        let quotaBytes: Int64?

        private enum Key: String, CodingKey { case quotaBytes }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            quotaBytes =
                try container.contains(.quotaBytes) && container.decodeNil(forKey: .quotaBytes)
                ? nil : container.decode(Int64.self, forKey: .quotaBytes)
        }
    }

    @Sendable private func get(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        return Response(json: try await quotas.state(of: id, by: context.principal))
    }

    @Sendable private func set(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        let bytes = try await JSONBody.decode(SetRequest.self, from: request).quotaBytes
        guard bytes ?? 0 >= 0 else {
            throw Refusal.invalid("quota_bytes", "range", "0 for any number of bytes, more, or null for the default")
        }
        return Response(json: try await quotas.set(bytes, of: id, by: context.principal))
    }
}

extension Quotas.State: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("workspace_id", workspace)
            $0.member("quota_bytes", ifAny: quotaBytes)
            $0.member("used_bytes", usedBytes)
            $0.member("is_default", isDefault)
        }
    }
}
