package import Auth
package import Domain
import FoundationEssentials
package import Persistence

/// The claim of one request on its `Idempotency-Key`. While it runs, every write transaction of the request marks the
/// claim as applied, in the same transaction as its effect: after a crash in between, a retry finds out that the effect
/// is there and does not cause it again.
package struct IdempotencyClaim: Sendable {
    let key: String
    let claim: UUID

    @TaskLocal package static var current: IdempotencyClaim?

    /// Marks the claim as applied, in the transaction of the effect.
    /// - Throws: `Refusal.conflict(.requestInProgress)` when another request has taken the claim over.
    func mark(in tx: borrowing WriteTransaction, of user: UserID) throws {
        guard try tx.run(.markIdempotencyApplied(key: key, claim: claim, user: user)) == 1 else {
            throw Refusal.conflict(.requestInProgress, "another request with this Idempotency-Key is running")
        }
    }
}

extension Database {
    /// A write transaction of a route: `write(as:)`, plus a row of the audit, plus the mark on the request's idempotency
    /// claim, if it has one.
    /// - Parameter subject: what was changed, told from the result; `nil` when nothing was, which is not noted.
    /// - Throws: what `body` throws; `Refusal.conflict(.requestInProgress)` when another request has taken the claim over.
    package func change<R: Sendable>(
        as principal: Principal, _ action: AuditAction, on subject: @escaping @Sendable (R) -> AuditSubject?,
        _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> R
    ) async throws -> R {
        let claim = IdempotencyClaim.current
        let origin = RequestOrigin.current
        return try await write(as: principal) { tx in
            let result = try body(tx)
            if let subject = subject(result) {
                _ = try tx.run(.insertAuditEvent(action, on: subject, by: principal.auditActor, from: origin))
            }
            try claim?.mark(in: tx, of: principal.userID)
            return result
        }
    }

    /// The same for a resource that is known beforehand.
    package func change<R: Sendable>(
        as principal: Principal, _ action: AuditAction, on subject: AuditSubject,
        _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> R
    ) async throws -> R {
        try await change(as: principal, action, on: { _ in subject }, body)
    }
}
