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
        // Not as the principal, whose token may be one that only reads.
        _ = try await database.system(because: "a refusal is noted whatever the caller may write").run(
            .insertAuditEvent(
                .requestRefuse, on: AuditSubject(.route, route), by: principal.auditActor,
                from: .current, refusal: refusal.code))
    }
}
