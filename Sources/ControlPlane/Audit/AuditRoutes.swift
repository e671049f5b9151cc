import Domain
import FoundationEssentials
import Hummingbird

/// | route | who |
/// |---|---|
/// | `GET /audit-events` | administrators |
struct AuditRoutes {
    let audit: Audit

    func add(to group: RouterGroup<TenantContext>) {
        group.get("audit-events", use: list)
    }

    @Sendable private func list(_ request: Request, _ context: TenantContext) async throws -> Response {
        try await request.page(by: \.id) {
            try await audit.list(try Self.filter(request), after: $0, limit: $1, by: context.principal)
        }
    }

    private static func filter(_ request: Request) throws(Refusal) -> AuditFilter {
        var filter = AuditFilter()
        filter.actorID = try value(request, "actor_id", "uuid", "a user's or edge's UUID") { UUID(text: $0) }
        filter.action = try value(request, "action", "one_of", "one of \(names)") { AuditAction(rawValue: $0) }
        filter.outcome = try value(request, "outcome", "one_of", "one of done, refused") {
            ["done", "refused"].contains($0) ? $0 : nil
        }
        filter.resourceKind = try value(request, "resource_kind", "length", "1 to 100 characters", bounded(100))
        filter.resourceID = try value(request, "resource_id", "length", "1 to 300 characters", bounded(300))
        filter.workspaceID = try value(request, "workspace_id", "integer", "a workspace's id") { WorkspaceID($0) }
        filter.since = try value(request, "since", "time", "an RFC 3339 time", Timestamp.parse)
        filter.until = try value(request, "until", "time", "an RFC 3339 time", Timestamp.parse)
        return filter
    }

    private static let names = AuditAction.allCases.map(\.rawValue).joined(separator: ", ")

    private static func bounded(_ limit: Int) -> (String) -> String? {
        { (1...limit).contains($0.unicodeScalars.count) && !$0.utf8.contains(0) ? $0 : nil }
    }

    private static func value<Value>(
        _ request: Request, _ name: String, _ rule: String, _ detail: String, _ read: (String) -> Value?
    ) throws(Refusal) -> Value? {
        guard let text = request.queryText(name) else { return nil }
        guard let value = read(text) else { throw .invalid(name, rule, detail) }
        return value
    }
}

/// A row of the audit as the API shows it.
extension AuditEvent: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("at", at)
            $0.member("actor") {
                $0.member("kind", actorKind)
                $0.member("id", ifAny: actorID?.text)
                $0.member("session_id", ifAny: sessionID?.text)
            }
            $0.member("action", action)
            $0.member("outcome", outcome)
            $0.member("code", ifAny: code)
            $0.member("resource_kind", ifAny: resourceKind)
            $0.member("resource_id", ifAny: resourceID)
            $0.member("workspace_id", ifAny: workspaceID)
            $0.member("address", ifAny: address)
            $0.member("request_id", ifAny: requestID)
            if !detail.isEmpty { $0.member("detail") { $0.members(detail) } }
            if repeats > 1 { $0.member("repeats", repeats) }
        }
    }
}
