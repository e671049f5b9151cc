package import Domain
package import FoundationEssentials

/// An authenticated user or service account. Only this module can make one, and it does so only from a verified token of
/// an active user or from a checked login; so only authentication opens a transaction.
package struct Principal: TenantScope, Hashable {
    package let userID: UserID
    package let email: Email
    package let isAdmin: Bool
    /// The login session, or the token.
    package let sessionID: UUID
    package let kind: UserKind
    package let token: TokenLimits?

    init(
        userID: UserID, email: Email, isAdmin: Bool, sessionID: UUID, kind: UserKind = .person,
        token: TokenLimits? = nil
    ) {
        self.userID = userID
        self.email = email
        self.isAdmin = isAdmin
        self.sessionID = sessionID
        self.kind = kind
        self.token = token
    }

    /// The user as the audit names them.
    package var auditActor: AuditActor { .user(userID, session: sessionID) }

    /// - Throws: `Refusal.forbidden` unless the user is an administrator of the instance.
    package func requireAdmin() throws(Refusal) {
        guard isAdmin else { throw .forbidden("only an administrator may do this") }
    }

    /// For what concerns accounts and their credentials.
    /// - Throws: `Refusal.forbidden` for whoever came with a token.
    package func requireSignIn() throws(Refusal) {
        guard token == nil else { throw .forbidden("a token can't do this; sign in") }
    }

    /// For what belongs to no workspace.
    /// - Throws: `Refusal.forbidden` for whoever came with a token that is limited to workspaces.
    package func requireNoWorkspaceLimit() throws(Refusal) {
        guard token?.workspaces == nil else { throw .forbidden("the token is limited to workspaces") }
    }
}
