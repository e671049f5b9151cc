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
    /// Access tokens issued before this time are refused (password change, "sign out everywhere"). Tokens carry whole
    /// seconds, so the comparison does too.
    package let tokensNotBefore: Date?
    /// Sign-ins that were ended lately: their access tokens are refused although they have not expired.
    package var endedSignIns: Set<UUID> = []

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
}
