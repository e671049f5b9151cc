import Auth
import Domain
import Persistence

/// Workspaces and their members.
package struct Workspaces: Sendable {
    let database: Database
    let time: any TimeSource

    /// Makes a workspace that the principal owns (WS-04). Names may repeat (WS-03).
    /// - Throws: `Refusal.forbidden` for a service account, and for a token that is limited to workspaces.
    func create(named name: WorkspaceName, by principal: Principal) async throws -> Workspace {
        try principal.requireNoWorkspaceLimit()
        guard principal.kind == .person else {
            throw Refusal.forbidden("a service account can't own a workspace, and so makes none")
        }
        let now = time.now()
        return try await database.change(
            as: principal, .workspaceCreate, on: { AuditSubject(.workspace, $0.id, in: $0.id) }
        ) { tx in
            let id = try tx.run(.createWorkspace(name: name, at: now))
            guard let workspace = try tx.run(.workspace(id)) else { throw Refusal.notFound(.workspace) }
            return workspace
        }
    }

    /// - Throws: `Refusal.notFound`, also for a workspace of others.
    func workspace(_ id: WorkspaceID, by principal: Principal) async throws -> Workspace {
        guard let workspace = try await database.run(.workspace(id), as: principal) else {
            throw Refusal.notFound(.workspace)
        }
        return workspace
    }

    /// The principal's workspaces in order of creation (WS-05): the archived ones, the others, or all.
    func list(archived: Bool?, after: WorkspaceID?, limit: Int, by principal: Principal) async throws -> [Workspace] {
        try await database.run(.workspaces(archived: archived, after: after, limit: limit), as: principal)
    }

    /// Renames or archives; owners only.
    /// - Throws: `Refusal`: notFound, forbidden, stale.
    func update(_ id: WorkspaceID, name: WorkspaceName?, archived: Bool?, ifRevision: Int64?, by principal: Principal)
        async throws
        -> Workspace
    {
        let now = time.now()
        return try await database.change(
            as: principal, .workspaceUpdate, on: { $0.subject(.workspace, id, in: id) }
        ) { tx in
            try Self.requireOwner(id, tx)
            guard let before = try tx.run(.workspace(id)) else { throw Refusal.notFound(.workspace) }
            guard try tx.run(.updateWorkspace(id, name: name, archived: archived, ifRevision: ifRevision, at: now)) == 1
            else {
                throw Refusal.stale
            }
            guard let workspace = try tx.run(.workspace(id)) else { throw Refusal.notFound(.workspace) }
            return Change(workspace)
                .noting("name", before.name.rawValue, workspace.name.rawValue)
                .noting("archived", "\(before.archived)", "\(workspace.archived)")
        }.result
    }

    /// In the order in which they came.
    /// - Throws: `Refusal.notFound` for a workspace of others.
    func members(
        of id: WorkspaceID, after: MemberPosition?, limit: Int, by principal: Principal
    ) async throws -> [WorkspaceMember] {
        let (workspace, members) = try await database.run(
            .workspaceAccess(id), .workspaceMembers(id, after: after.map { ($0.since, $0.user) }, limit: limit),
            as: principal
        )
        guard workspace != nil else { throw Refusal.notFound(.workspace) }
        return members
    }

    /// Adds a user or changes the role (WS-08, WS-10); owners only. There is always an owner.
    /// - Throws: `Refusal`: notFound, forbidden, `last_owner`, `service_account`.
    func setMember(_ key: UserKey, role: WorkspaceRole, in id: WorkspaceID, by principal: Principal) async throws
        -> WorkspaceMember
    {
        let now = time.now()
        return try await database.change(
            as: principal, .memberSet, on: { $0.subject(.member, $0.result.userID, in: id) }
        ) { tx in
            _ = try tx.run(.lockWorkspaceMembers(id))
            try Self.requireOwner(id, tx)
            guard let found = try Self.user(key, tx) else { throw Refusal.notFound(.user) }
            if found.kind == .service, role == .owner {
                throw Refusal.conflict(.serviceAccount, "a service account can't own a workspace")
            }
            let user = found.id
            let before = try tx.run(.workspaceMember(id, user))
            if before?.role == .owner, role != .owner { try Self.requireAnotherOwner(id, tx) }
            _ = try tx.run(.setWorkspaceMember(id, user, role: role, at: now))
            guard let member = try tx.run(.workspaceMember(id, user)) else { throw Refusal.notFound(.member) }
            return Change(member).noting("role", before?.role.rawValue, role.rawValue)
        }.result
    }

    /// Removes a member (WS-09): owners anybody, others themselves. There is always an owner.
    /// - Throws: `Refusal`: notFound, forbidden, `last_owner`.
    func removeMember(_ key: UserKey, from id: WorkspaceID, by principal: Principal) async throws {
        _ = try await database.change(as: principal, .memberRemove, on: { AuditSubject(.member, $0, in: id) }) { tx in
            _ = try tx.run(.lockWorkspaceMembers(id))
            guard try tx.run(.workspaceAccess(id)) != nil else { throw Refusal.notFound(.workspace) }
            let user = try Self.user(key, tx)?.id
            if user != principal.userID { try Self.requireOwner(id, tx) }
            guard let user, let member = try tx.run(.workspaceMember(id, user)) else {
                throw Refusal.notFound(.member)
            }
            if member.role == .owner { try Self.requireAnotherOwner(id, tx) }
            guard try tx.run(.removeWorkspaceMember(id, user)) == 1 else { throw Refusal.notFound(.member) }
            return user
        }
    }

    private static func user(_ key: UserKey, _ tx: borrowing WriteTransaction) throws -> User? {
        switch key {
        case .id(let id): try tx.run(.user(id))
        case .email(let email): try tx.run(.user(email: email))
        }
    }

    /// - Throws: `Refusal`: notFound, forbidden.
    static func requireOwner(_ id: WorkspaceID, _ tx: borrowing WriteTransaction) throws {
        guard let access = try tx.run(.workspaceAccess(id)) else { throw Refusal.notFound(.workspace) }
        guard access.role == .owner else { throw Refusal.forbidden("only an owner of the workspace may do this") }
    }

    private static func requireAnotherOwner(_ id: WorkspaceID, _ tx: borrowing WriteTransaction) throws {
        guard try tx.run(.countOwners(id)) > 1 else {
            throw Refusal.conflict(.lastOwner, "a workspace must keep an owner; make somebody else an owner first")
        }
    }

    /// Makes sure that work may be put into the workspace.
    /// - Throws: `Refusal`: notFound, `workspace_archived`.
    static func requireOpen(_ id: WorkspaceID, _ tx: borrowing WriteTransaction) throws {
        guard let access = try tx.run(.workspaceAccess(id)) else { throw Refusal.notFound(.workspace) }
        guard !access.archived else { throw Refusal.conflict(.workspaceArchived, "the workspace is archived") }
    }
}
