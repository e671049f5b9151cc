import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// | route | who |
/// |---|---|
/// | `POST /connections`, `GET /connections`, `GET /connections/{connection_id}` | anyone signed in |
/// | `GET /connections/{connection_id}/details` | its creator; members of a workspace that holds it |
/// | `DELETE /connections/{connection_id}` | its creator; administrators |
/// | `GET /workspaces/{workspace_id}/connections` | members |
/// | `PUT /workspaces/{workspace_id}/connections/{connection_id}` | owners who may read its details |
/// | `DELETE /workspaces/{workspace_id}/connections/{connection_id}` | owners |
struct ConnectionRoutes {
    let connections: Connections

    func add(to group: RouterGroup<TenantContext>) {
        group.post("connections", use: create)
        group.get("connections", use: list)
        group.get("connections/{connection_id}", use: get)
        group.delete("connections/{connection_id}", use: delete)
        group.get("connections/{connection_id}/details", use: details)
        group.get("workspaces/{workspace_id}/connections", use: listOfWorkspace)
        group.put("workspaces/{workspace_id}/connections/{connection_id}", use: attach)
        group.delete("workspaces/{workspace_id}/connections/{connection_id}", use: detach)
    }

    /// Beside `details`, which are not decoded but taken as they stand.
    struct CreateRequest: Decodable {
        let name: String
        let type: String
    }

    @Sendable private func create(_ request: Request, _ context: TenantContext) async throws -> Response {
        let buffer = try await JSONBody.collect(from: request)
        let body = try JSONBody.decode(CreateRequest.self, from: buffer)
        let connection = try await connections.create(
            try ConnectionName(body.name), type: try ConnectionType(body.type, field: "type"),
            details: try ConnectionDetails(in: Array(buffer.readableBytesView)), by: context.principal)
        return .created(connection, at: "/api/v1/connections/\(connection.id)")
    }

    @Sendable private func list(_ request: Request, _ context: TenantContext) async throws -> Response {
        let name = try request.queryText("name").map { try ConnectionName($0) }
        return try await request.page(by: \.id) {
            try await connections.list(named: name, after: $0, limit: $1, by: context.principal)
        }
    }

    @Sendable private func get(_ request: Request, _ context: TenantContext) async throws -> Response {
        Response(json: try await connections.connection(try connectionID(context), by: context.principal))
    }

    @Sendable private func delete(_ request: Request, _ context: TenantContext) async throws -> Response {
        try await connections.delete(try connectionID(context), by: context.principal)
        return Response(status: .noContent)
    }

    @Sendable private func details(_ request: Request, _ context: TenantContext) async throws -> Response {
        let details = try await connections.details(of: try connectionID(context), by: context.principal)
        return Response(
            status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: details.json.reveal())))
    }

    @Sendable private func listOfWorkspace(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        return try await request.page(by: \.id) {
            try await connections.list(in: id, after: $0, limit: $1, by: context.principal)
        }
    }

    @Sendable private func attach(_ request: Request, _ context: TenantContext) async throws -> Response {
        let workspace = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        try await connections.attach(try connectionID(context), to: workspace, by: context.principal)
        return Response(status: .noContent)
    }

    @Sendable private func detach(_ request: Request, _ context: TenantContext) async throws -> Response {
        let workspace = try context.id("workspace_id", of: .workspace, as: WorkspaceID.self)
        try await connections.detach(try connectionID(context), from: workspace, by: context.principal)
        return Response(status: .noContent)
    }

    private func connectionID(_ context: TenantContext) throws(Refusal) -> ConnectionID {
        try context.id("connection_id", of: .connection, as: ConnectionID.self)
    }
}

/// A connection as the API shows it: never with its details (CONN-06).
extension Connection: JSONWritable {
    /// What stands in the place of details.
    static let mask = "*****"

    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("name", name)
            $0.member("type", type)
            $0.member("details", Self.mask)
            $0.member("created_by", createdBy)
            $0.member("created_at", createdAt)
        }
    }
}
