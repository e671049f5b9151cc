package import FoundationEssentials

/// How an MLflow or Databricks model registry that exists elsewhere is reached (REG-01), as it is shown: without its
/// token (REG-04).
package struct ModelRegistry: Sendable, Hashable, Identifiable {
    package let id: ModelRegistryID
    package let name: ModelRegistryName
    package let url: ModelRegistryURL
    package let hasToken: Bool
    package let createdBy: UserID
    package let createdAt: Date
    /// When the token was last set.
    package let updatedAt: Date
    /// The workspaces that hold it, of those that the reader is a member of.
    package let workspaces: [Holder]

    package init(
        id: ModelRegistryID, name: ModelRegistryName, url: ModelRegistryURL, hasToken: Bool, createdBy: UserID,
        createdAt: Date, updatedAt: Date, workspaces: [Holder]
    ) {
        self.id = id
        self.name = name
        self.url = url
        self.hasToken = hasToken
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.workspaces = workspaces
    }

    /// A workspace that holds a registry.
    package struct Holder: Sendable, Hashable {
        package let id: WorkspaceID
        package let name: WorkspaceName

        package init(id: WorkspaceID, name: WorkspaceName) {
            self.id = id
            self.name = name
        }
    }
}

/// A model registry's name, in its maker's words; not unique.
package struct ModelRegistryName: ValidName {
    package let rawValue: String
    package init(unchecked: String) { rawValue = unchecked }
    package static let rule = "display_text"
    package static let ruleDetail = "1 to 200 characters without control characters"

    /// Counted as PostgreSQL counts, in code points.
    package static func isValid(_ text: String) -> Bool {
        (1...200).contains(text.unicodeScalars.count)
            && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}
