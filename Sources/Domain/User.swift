package import FoundationEssentials

/// Somebody who may sign in. Never carries the password.
package struct User: Sendable, Hashable, Identifiable {
    package let id: UserID
    package let email: Email
    package let name: String
    /// Manages users and the instance; not a member of anything by that.
    package let isAdmin: Bool
    package let active: Bool
    package let createdAt: Date
    package let updatedAt: Date
    package let revision: Int64
    /// Access tokens and sessions from before this time are refused: the time of the last new password or deactivation.
    package let tokensNotBefore: Date?
    package let kind: UserKind

    package init(
        id: UserID, email: Email, name: String, isAdmin: Bool, active: Bool, createdAt: Date, updatedAt: Date,
        revision: Int64, tokensNotBefore: Date? = nil, kind: UserKind = .person
    ) {
        self.id = id
        self.email = email
        self.name = name
        self.isAdmin = isAdmin
        self.active = active
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.revision = revision
        self.tokensNotBefore = tokensNotBefore
        self.kind = kind
    }
}
