package import FoundationEssentials

/// What was done: the closed list of the audit, `noun.verb`.
package enum AuditAction: String, Sendable, CaseIterable {
    case workspaceCreate = "workspace.create"
    case workspaceUpdate = "workspace.update"
    /// How many bytes the workspace may hold; the detail says it.
    case workspaceQuota = "workspace.quota"
    case memberSet = "member.set"
    case memberRemove = "member.remove"
    case modelVersionCreate = "model_version.create"
    case modelVersionDelete = "model_version.delete"
    case modelConfigUpdate = "model_config.update"
    case pipelineCreate = "pipeline.create"
    case pipelineVersionCreate = "pipeline_version.create"
    case publishCreate = "publish.create"
    case publishDelete = "publish.delete"
    case edgeCreate = "edge.create"
    case edgeRemove = "edge.remove"
    case edgeAttest = "edge.attest"
    /// The publish of an edge was replaced by another one, which the edge belongs to from then on.
    case edgeMove = "edge.move"
    case userCreate = "user.create"
    case userUpdate = "user.update"
    case passwordChange = "password.change"
    case passwordReset = "password.reset"
    /// The holder of an invitation or of a link for a new password set one.
    case passwordAccept = "password.accept"
    /// Somebody signed in through another provider for the first time, and became a user.
    case userProvision = "user.provision"
    /// A user signed in through another provider for the first time.
    case identityLink = "identity.link"
    /// A link to another provider was removed, which ended all sign-ins of the user.
    case identityUnlink = "identity.unlink"
    /// The group at the other provider made an administrator, or took that away.
    case adminGrant = "admin.grant"
    case adminRevoke = "admin.revoke"
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
    /// The account of a workspace at the OCI registry was set or replaced.
    case registryCredentialsSet = "registry_credentials.set"
    case registryCredentialsDelete = "registry_credentials.delete"
    case tagCreate = "tag.create"
    case tagDelete = "tag.delete"
    case tagAdd = "tag.add"
    case tagRemove = "tag.remove"
    case signInCreate = "sign_in.create"
    /// A sign-in that was ended by its user, by a program that gave its token back, because a token or code was used
    /// twice, or because its user had too many. What ends all sign-ins of a user (`password.…`, `user.update`,
    /// `identity.unlink`) stands there.
    case signInEnd = "sign_in.end"
    /// A wrong user name or password, or any while a lock lasts; or who came back from another provider and was not let
    /// in (`external_…`). The resource is the user, if there is one.
    case signInRefuse = "sign_in.refuse"
    case signingKeyCreate = "signing_key.create"
    /// A key of what is published was taken out of use.
    case signingKeyRetire = "signing_key.retire"
    /// Sealed values were sealed anew with the first key of `secret.key`.
    case secretKeyRotate = "secret_key.rotate"
    /// The oldest rows of the audit were deleted; the detail says how many, and until when.
    case auditPurge = "audit.purge"
    /// The detail says what it may do, and in which workspaces if not in all.
    case tokenCreate = "token.create"
    case tokenRevoke = "token.revoke"
    case serviceAccountCreate = "service_account.create"
    case serviceAccountUpdate = "service_account.update"
    /// A request that was not allowed; the resource is the route.
    case requestRefuse = "request.refuse"
}

/// Who did it.
package enum AuditActor: Sendable, Hashable {
    case user(UserID, session: UUID?)
    case edge(EdgeID)
    /// The server itself, or an operator on its command line.
    case system
    /// Somebody who has not signed in.
    case anonymous
}

/// What it was done to.
package struct AuditSubject: Sendable, Hashable {
    package let kind: String
    package let id: String
    package let workspace: WorkspaceID?
    /// What of it changed, and into what; never a secret. Values are cut off after 300 characters.
    package let detail: [String: String]

    /// - Parameters:
    ///   - id: an id or a name; cut off after 300 characters.
    ///   - workspace: the workspace that it belongs to, if any.
    package init(
        _ kind: Refusal.Kind, _ id: some CustomStringConvertible, in workspace: WorkspaceID? = nil,
        detail: [String: String] = [:]
    ) {
        self.init(kind: kind.rawValue, id.description, workspace, detail)
    }

    /// A key of the instance, by its public id.
    package static func key(_ id: String, detail: [String: String] = [:]) -> AuditSubject {
        AuditSubject(kind: "key", id, nil, detail)
    }

    private init(kind: String, _ id: String, _ workspace: WorkspaceID?, _ detail: [String: String]) {
        self.kind = kind
        self.id = Self.cut(id)
        self.workspace = workspace
        self.detail = detail.mapValues(Self.cut)
    }

    private static func cut(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(300)))
    }
}

/// One row of the audit.
package struct AuditEvent: Sendable, Hashable, Identifiable {
    package let id: AuditEventID
    package let at: Date
    /// `user`, `edge`, `system` or `anonymous`.
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
    /// What changed, and into what.
    package let detail: [String: String]
    /// How often it was refused within the minute that began with `at`; 1 for everything else.
    package let repeats: Int

    package init(
        id: AuditEventID, at: Date, actorKind: String, actorID: UUID?, sessionID: UUID?, action: String,
        outcome: String, code: String?, resourceKind: String?, resourceID: String?, workspaceID: WorkspaceID?,
        address: String?, requestID: String?, detail: [String: String] = [:], repeats: Int = 1
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
        self.detail = detail
        self.repeats = repeats
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
