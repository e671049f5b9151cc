package import FoundationEssentials

/// What a token may do.
package enum TokenAccess: String, Sendable, Codable, CaseIterable {
    /// Nothing is changed, and no secret is shown.
    case read
    case write
}

/// The limits of the token that somebody came with.
package struct TokenLimits: Hashable, Sendable {
    package let id: APITokenID
    package let access: TokenAccess
    /// The only workspaces that it reaches, in so far as its user does; `nil` for all of the user's.
    package let workspaces: [WorkspaceID]?

    package init(id: APITokenID, access: TokenAccess, workspaces: [WorkspaceID]?) {
        self.id = id
        self.access = access
        self.workspaces = workspaces
    }
}

/// A token that a program sends instead of signing in: a person's own, or of a service account. Never carries the
/// secret.
package struct APIToken: Sendable, Hashable, Identifiable {
    /// How many of an account may work at a time.
    package static let maxLive: Int64 = 200

    package let id: APITokenID
    /// As whom it acts.
    package let userID: UserID
    /// What its maker calls it.
    package let name: String
    /// The first characters of the secret, to recognise it by.
    package let hint: String
    package let access: TokenAccess
    /// The only workspaces that it reaches; `nil` for all of the user's.
    package let workspaces: [WorkspaceID]?
    package let createdBy: UserID
    package let createdAt: Date
    /// `nil` for one that does not expire.
    package let expiresAt: Date?
    /// Within ten minutes.
    package let lastUsedAt: Date?

    package init(
        id: APITokenID, userID: UserID, name: String, hint: String, access: TokenAccess, workspaces: [WorkspaceID]?,
        createdBy: UserID, createdAt: Date, expiresAt: Date?, lastUsedAt: Date? = nil
    ) {
        self.id = id
        self.userID = userID
        self.name = name
        self.hint = hint
        self.access = access
        self.workspaces = workspaces
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
    }

    package var limits: TokenLimits { TokenLimits(id: id, access: access, workspaces: workspaces) }
}
