package import FoundationEssentials

/// A link of a user to a subject of another OpenID provider.
package struct ExternalIdentity: Sendable, Hashable, Identifiable {
    package let id: ExternalIdentityID
    package let userID: UserID
    /// `iss` of the provider's tokens.
    package let issuer: String
    /// `sub`: names the person at the issuer for good.
    package let subject: String
    package let createdAt: Date
    /// When the person last came in through it.
    package let lastSeenAt: Date

    package init(
        id: ExternalIdentityID, userID: UserID, issuer: String, subject: String, createdAt: Date, lastSeenAt: Date
    ) {
        self.id = id
        self.userID = userID
        self.issuer = issuer
        self.subject = subject
        self.createdAt = createdAt
        self.lastSeenAt = lastSeenAt
    }
}
