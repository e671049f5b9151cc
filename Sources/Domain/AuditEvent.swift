package import FoundationEssentials

/// What was done: the closed list of the audit, `noun.verb`.
package enum AuditAction: String, Sendable, CaseIterable {
    case workspaceCreate = "workspace.create"
    case workspaceUpdate = "workspace.update"
    case memberSet = "member.set"
    case memberRemove = "member.remove"
    case modelVersionCreate = "model_version.create"
    case modelConfigUpdate = "model_config.update"
    case pipelineCreate = "pipeline.create"
    case pipelineVersionCreate = "pipeline_version.create"
    case publishCreate = "publish.create"
    case edgeCreate = "edge.create"
    case edgeRemove = "edge.remove"
    case edgeAttest = "edge.attest"
    case userCreate = "user.create"
    case userUpdate = "user.update"
    case passwordChange = "password.change"
    case passwordReset = "password.reset"
    /// The holder of an invitation or of a link for a new password set one.
    case passwordAccept = "password.accept"
    case connectionCreate = "connection.create"
    case connectionDelete = "connection.delete"
    case connectionAttach = "connection.attach"
    case connectionDetach = "connection.detach"
    /// The details were read in clear.
    case connectionReveal = "connection.reveal"
    case modelRegistryCreate = "model_registry.create"
    case modelRegistryDelete = "model_registry.delete"
    case modelRegistryAttach = "model_registry.attach"
    case modelRegistryDetach = "model_registry.detach"
    /// The token was replaced or taken away.
    case modelRegistryToken = "model_registry.token"
    case tagCreate = "tag.create"
    case tagDelete = "tag.delete"
    case tagAdd = "tag.add"
    case tagRemove = "tag.remove"
    /// A request that was not allowed; the resource is the route.
    case requestRefuse = "request.refuse"
}

/// Who did it.
package enum AuditActor: Sendable, Hashable {
    case user(UserID, session: UUID?)
    case edge(EdgeID)
    /// The server itself, or an operator on its command line.
    case system
}

/// What it was done to.
package struct AuditSubject: Sendable, Hashable {
    package let kind: String
    package let id: String
    package let workspace: WorkspaceID?

    /// - Parameters:
    ///   - id: an id or a name; cut off after 300 characters.
    ///   - workspace: the workspace that it belongs to, if any.
    package init(_ kind: Refusal.Kind, _ id: some CustomStringConvertible, in workspace: WorkspaceID? = nil) {
        self.kind = kind.rawValue
        self.id = String(String(id.description.unicodeScalars.prefix(300)))
        self.workspace = workspace
    }
}

/// One row of the audit.
package struct AuditEvent: Sendable, Hashable, Identifiable {
    package let id: AuditEventID
    package let at: Date
    /// `user`, `edge` or `system`.
    package let actorKind: String
    package let actorID: UUID?
    /// The sign-in or token with which the user acted.
    package let sessionID: UUID?
    package let action: String
    /// `done` or `refused`.
    package let outcome: String
    /// Why it was refused: the code of the answer.
    package let code: String?
    package let resourceKind: String?
    package let resourceID: String?
    package let workspaceID: WorkspaceID?
    package let address: String?
    package let requestID: String?

    package init(
        id: AuditEventID, at: Date, actorKind: String, actorID: UUID?, sessionID: UUID?, action: String,
        outcome: String, code: String?, resourceKind: String?, resourceID: String?, workspaceID: WorkspaceID?,
        address: String?, requestID: String?
    ) {
        self.id = id
        self.at = at
        self.actorKind = actorKind
        self.actorID = actorID
        self.sessionID = sessionID
        self.action = action
        self.outcome = outcome
        self.code = code
        self.resourceKind = resourceKind
        self.resourceID = resourceID
        self.workspaceID = workspaceID
        self.address = address
        self.requestID = requestID
    }
}

/// What a reader of the audit asks for; `nil` takes all.
package struct AuditFilter: Sendable {
    package var actorID: UUID?
    package var action: AuditAction?
    package var outcome: String?
    package var resourceKind: String?
    package var resourceID: String?
    package var workspaceID: WorkspaceID?
    package var since: Date?
    package var until: Date?
    package init() {}
}
