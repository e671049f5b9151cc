package import FoundationEssentials

/// Whether a user is somebody, or a program.
package enum UserKind: String, Sendable, Codable, CaseIterable {
    case person
    /// Has no password, never signs in and owns nothing; it has tokens.
    case service
}

/// A service account's name, unique in its workspace: it becomes a part of an address.
package struct ServiceAccountName: ValidName {
    package let rawValue: String
    package init(unchecked: String) { rawValue = unchecked }
    package static let rule = "dns_label_lower"
    package static let ruleDetail = ModelName.ruleDetail
    package static func isValid(_ text: String) -> Bool { ModelName.isValid(text) }

    /// What the account has in place of an e-mail address. Nothing is ever delivered below `invalid` (RFC 2606).
    package func address(in workspace: WorkspaceID) -> Email {
        Email(unchecked: "\(rawValue)@workspace-\(workspace)\(Email.serviceSuffix)")
    }
}

extension Email {
    static let serviceSuffix = ".service.invalid"

    /// Whether only a service account may have it.
    package var isOfServiceAccount: Bool { rawValue.hasSuffix(Self.serviceSuffix) }
}

/// A user without a password, for programs. The owners of its workspace manage it and its tokens; it may be a
/// collaborator of other workspaces as well.
package struct ServiceAccount: Sendable, Hashable, Identifiable {
    /// How many a workspace may have, deactivated ones included: they are never deleted.
    package static let maxPerWorkspace: Int64 = 200

    package let id: UserID
    package let name: ServiceAccountName
    package let address: Email
    /// Whose owners manage it.
    package let workspaceID: WorkspaceID
    package let active: Bool
    package let createdBy: UserID
    package let createdAt: Date
    package let revision: Int64

    package init(
        id: UserID, name: ServiceAccountName, address: Email, workspaceID: WorkspaceID, active: Bool, createdBy: UserID,
        createdAt: Date, revision: Int64
    ) {
        self.id = id
        self.name = name
        self.address = address
        self.workspaceID = workspaceID
        self.active = active
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.revision = revision
    }
}
