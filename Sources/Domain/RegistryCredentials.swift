package import FoundationEssentials

/// With whose account a workspace's models and publishes go to the OCI registry, without the password.
package struct RegistryCredentials: Sendable, Hashable {
    package let workspaceID: WorkspaceID
    /// `host[:port]` of the registry that they were given for.
    package let registry: String
    package let username: String
    package let setBy: UserID
    package let setAt: Date

    package init(workspaceID: WorkspaceID, registry: String, username: String, setBy: UserID, setAt: Date) {
        self.workspaceID = workspaceID
        self.registry = registry
        self.username = username
        self.setBy = setBy
        self.setAt = setAt
    }
}
