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
    /// The caller's own role.
    package let role: WorkspaceRole

    package init(
        id: WorkspaceID, name: WorkspaceName, archived: Bool, createdBy: UserID, createdAt: Date, updatedAt: Date,
        revision: Int64, modelCount: Int64, pipelineCount: Int64, role: WorkspaceRole
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
        self.role = role
    }
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
