package import Domain
package import FoundationEssentials

/// What authentication must know of a user, read from the database at most every few seconds.
package struct Account: Hashable, Sendable {
    package let userID: UserID
    package let email: Email
    package let name: String?
    package let isAdmin: Bool
    /// False for a deactivated user (USER-04).
    package let isActive: Bool
    /// Access tokens issued before this time are refused (new password, deactivation). Tokens carry whole seconds, so
    /// `firstSecond` is what they are compared with.
    package let tokensNotBefore: Date?
    /// Sign-ins that were ended lately: their access tokens are refused although they have not expired.
    package var endedSignIns: Set<UUID> = []
    /// Service accounts have tokens and nothing else to come in with.
    package var kind: UserKind = .person

    package init(
        userID: UserID, email: Email, name: String? = nil, isAdmin: Bool, isActive: Bool, tokensNotBefore: Date? = nil
    ) {
        self.userID = userID
        self.email = email
        self.name = name
        self.isAdmin = isAdmin
        self.isActive = isActive
        self.tokensNotBefore = tokensNotBefore
    }

    /// The first second, since 1970, whose tokens are accepted: `tokensNotBefore` rounded up, so that none of the same
    /// second from before it is.
    var firstSecond: TimeInterval { (tokensNotBefore?.timeIntervalSince1970 ?? 0).rounded(.up) }
}
