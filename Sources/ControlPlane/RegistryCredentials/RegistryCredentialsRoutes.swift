import Domain
import Hummingbird

/// | route | who |
/// |---|---|
/// | `GET /workspaces/{workspace_id}/registry-credentials` | members; administrators |
/// | `PUT`, `DELETE /workspaces/{workspace_id}/registry-credentials` | owners; administrators |
struct RegistryCredentialsRoutes {
    let credentials: WorkspaceCredentials

    func add(to group: RouterGroup<TenantContext>) {
        group.get("workspaces/{workspace_id}/registry-credentials", use: get)
        group.put("workspaces/{workspace_id}/registry-credentials", use: set)
        group.delete("workspaces/{workspace_id}/registry-credentials", use: delete)
    }

    struct SetRequest: Decodable {
        let username: String
        let password: Secret<String>
    }

    @Sendable private func get(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        return Response(json: try await credentials.credentials(of: id, by: context.principal))
    }

    @Sendable private func set(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        let unchecked = try request.flag("unchecked") ?? false
        let body = try await JSONBody.decode(SetRequest.self, from: request)
        return Response(
            json: try await credentials.set(
                try Self.username(body.username), try Self.password(body.password), of: id, unchecked: unchecked,
                by: context.principal))
    }

    @Sendable private func delete(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        try await credentials.delete(of: id, by: context.principal)
        return Response(status: .noContent)
    }

    /// A colon would end the name in an `Authorization` header (RFC 7617, section 2).
    /// - Throws: `Refusal.invalid`.
    private static func username(_ text: String) throws(Refusal) -> String {
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 58 })
        else { throw .invalid("username", "registry_username", "1 to 255 visible ASCII characters, no colon") }
        return text
    }

    /// - Throws: `Refusal.invalid`, without repeating it.
    private static func password(_ text: Secret<String>) throws(Refusal) -> Secret<String> {
        let bytes = text.reveal().utf8
        guard (1...8192).contains(bytes.count), bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw .invalid("password", "registry_password", "1 to 8192 bytes without control characters")
        }
        return text
    }
}

/// As the API shows them: never with the password.
extension RegistryCredentials: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("workspace_id", workspaceID)
            $0.member("registry", registry)
            $0.member("username", username)
            $0.member("set_by", setBy)
            $0.member("set_at", setAt)
        }
    }
}
