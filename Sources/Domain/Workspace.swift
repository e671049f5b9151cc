package import FoundationEssentials

/// A tenant as one of its members sees it (WS-05, WS-06).
package struct Workspace: Sendable, Hashable, Identifiable {
    package let id: WorkspaceID
    package let name: WorkspaceName
    package let archived: Bool
    package let createdBy: UserID
    package let createdAt: Date
    package let updatedAt: Date
    /// Rises with every change; the ETag of the resource.
    package let revision: Int64
    package let modelCount: Int64
    package let pipelineCount: Int64
    package let userCount: Int64
    /// Its members' e-mail addresses, in the order in which they came (WS-05); at most `listedUsers`, all of them are in
    /// the list of members.
    package let users: [Email]
    /// The caller's own role.
    package let role: WorkspaceRole

    /// How many members a workspace shows.
    package static let listedUsers = 100

    package init(
        id: WorkspaceID, name: WorkspaceName, archived: Bool, createdBy: UserID, createdAt: Date, updatedAt: Date,
        revision: Int64, modelCount: Int64, pipelineCount: Int64, userCount: Int64, users: [Email],
        role: WorkspaceRole
    ) {
        self.id = id
        self.name = name
        self.archived = archived
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.revision = revision
        self.modelCount = modelCount
        self.pipelineCount = pipelineCount
        self.userCount = userCount
        self.users = users
        self.role = role
    }
}

/// What decides about work in a workspace: whether it takes any, and what the caller is in it.
package struct WorkspaceAccess: Sendable, Hashable {
    package let archived: Bool
    package let role: WorkspaceRole

    package init(archived: Bool, role: WorkspaceRole) {
        self.archived = archived
        self.role = role
    }
}

/// Whom a path names: a user's id, or the e-mail address of one (WS-08, WS-09, WS-10).
package enum UserKey: Sendable, Hashable {
    case id(UserID)
    case email(Email)
}

/// One membership (WS-11).
package struct WorkspaceMember: Sendable, Hashable {
    package let userID: UserID
    package let email: Email
    package let role: WorkspaceRole
    package let since: Date

    package init(userID: UserID, email: Email, role: WorkspaceRole, since: Date) {
        self.userID = userID
        self.email = email
        self.role = role
        self.since = since
    }
}
