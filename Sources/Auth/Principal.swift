package import Domain
package import FoundationEssentials

/// An authenticated user. Only this module can make one, and it does so only from a verified token of an active user
/// or from a checked login; so only authentication opens a transaction.
package struct Principal: TenantScope, Hashable {
    package let userID: UserID
    package let email: Email
    package let isAdmin: Bool
    /// The login session.
    package let sessionID: UUID

    init(userID: UserID, email: Email, isAdmin: Bool, sessionID: UUID) {
        self.userID = userID
        self.email = email
        self.isAdmin = isAdmin
        self.sessionID = sessionID
    }

    /// The user as the audit names them.
    package var auditActor: AuditActor { .user(userID, session: sessionID) }

    /// - Throws: `Refusal.forbidden` unless the user is an administrator of the instance.
    package func requireAdmin() throws(Refusal) {
        guard isAdmin else { throw .forbidden("only an administrator may do this") }
    }
}
