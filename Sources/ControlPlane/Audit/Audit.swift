import Auth
import Domain
import Persistence

/// The audit as administrators read it.
package struct Audit: Sendable {
    let database: Database

    /// Newest first; administrators only.
    /// - Throws: `Refusal.forbidden`.
    func list(_ filter: AuditFilter, after: AuditEventID?, limit: Int, by principal: Principal) async throws
        -> [AuditEvent]
    {
        try principal.requireAdmin()
        return try await database.system(because: "the audit is the instance's").run(
            .auditEvents(filter, after: after, limit: limit))
    }

    /// Notes a request that was not allowed, after its transaction was undone.
    func note(_ refusal: Refusal, route: String, by principal: Principal) async throws {
        _ = try await database.system(because: "a user's scope can't count refusals").run(
            .noteRefusal(
                .requestRefuse, on: AuditSubject(.route, route), by: principal.auditActor, from: .current,
                code: "\(refusal.code)"))
    }
}
