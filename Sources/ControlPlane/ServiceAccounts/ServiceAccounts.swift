import Auth
import Domain
import Persistence

/// Users for programs, managed by the owners of the workspace that they were made in. They never sign in; what they
/// reach is said by memberships, as for everybody, but they own nothing.
package struct ServiceAccounts: Sendable {
    let database: Database
    let time: any TimeSource
    let random: any RandomSource
    let authenticator: Authenticator

    /// Makes one that is a collaborator of the workspace; owners only.
    /// - Throws: `Refusal`: notFound, forbidden, `workspace_archived`, `name_taken`, `limit_reached`.
    func create(_ name: ServiceAccountName, in workspace: WorkspaceID, by principal: Principal) async throws
        -> ServiceAccount
    {
        try principal.requireSignIn()
        let id: UserID = random.id()
        let now = time.now()
        do {
            return try await database.change(
                as: principal, .serviceAccountCreate, on: AuditSubject(.serviceAccount, id, in: workspace)
            ) { tx in
                try Workspaces.requireOwner(workspace, tx)
                try Workspaces.requireOpen(workspace, tx)
                try Self.requireRoom(in: workspace, tx)
                guard try tx.run(.createServiceAccount(id, name, in: workspace, at: now)) != nil,
                    let account = try tx.run(.serviceAccount(id))
                else { throw Refusal.notFound(.workspace) }
                return account
            }
        } catch let error as DatabaseError where error.violates(.usersEmail) {
            throw Refusal.conflict(.nameTaken, "the workspace has a service account of this name")
        }
    }

    /// By name; members of the workspace.
    /// - Throws: `Refusal.notFound`.
    func list(in workspace: WorkspaceID, after: String?, limit: Int, by principal: Principal) async throws
        -> [ServiceAccount]
    {
        let (access, rows) = try await database.run(
            .workspaceAccess(workspace), .serviceAccounts(in: workspace, after: after, limit: limit), as: principal)
        guard access != nil else { throw Refusal.notFound(.workspace) }
        return rows
    }

    /// - Throws: `Refusal.notFound`.
    func account(_ id: UserID, by principal: Principal) async throws -> ServiceAccount {
        guard let account = try await database.run(.serviceAccount(id), as: principal) else {
            throw Refusal.notFound(.serviceAccount)
        }
        return account
    }

    /// Activates or deactivates; owners of its workspace. A deactivation ends all its tokens, at once on every replica.
    /// What an administrator deactivated only an administrator activates again.
    /// - Throws: `Refusal`: notFound, forbidden, stale.
    func update(_ id: UserID, active: Bool, ifRevision: Int64?, by principal: Principal) async throws -> ServiceAccount
    {
        try principal.requireSignIn()
        let now = time.now()
        defer { authenticator.invalidate(id) }
        return try await database.change(
            as: principal, .serviceAccountUpdate, on: { $0.subject(.serviceAccount, id, in: $0.result.workspaceID) }
        ) { tx in
            let before = try Self.requireManaged(id, tx)
            guard try tx.run(.setServiceAccount(id, active: active, ifRevision: ifRevision, at: now)) != nil else {
                guard active, try tx.run(.isHeldByAdministrator(id)) else { throw Refusal.stale }
                throw Refusal.forbidden("an administrator deactivated this service account; ask one to activate it")
            }
            if !active { _ = try tx.run(.revokeAPITokens(of: id, at: now)) }
            guard let account = try tx.run(.serviceAccount(id)) else { throw Refusal.notFound(.serviceAccount) }
            return Change(account).noting("active", "\(before.active)", "\(active)")
        }.result
    }

    private static func requireRoom(in workspace: WorkspaceID, _ tx: borrowing WriteTransaction) throws {
        let limit = ServiceAccount.maxPerWorkspace
        _ = try tx.run(.lockServiceAccounts(in: workspace))
        guard try tx.run(.countServiceAccounts(in: workspace)) < limit else {
            throw Refusal.conflict(
                .limitReached, "a workspace may have \(limit) service accounts, deactivated ones included")
        }
    }

    /// The account, if the principal owns its workspace.
    /// - Throws: `Refusal`: notFound, forbidden.
    static func requireManaged(_ id: UserID, _ tx: borrowing some Transaction & ~Copyable) throws -> ServiceAccount {
        guard let account = try tx.run(.serviceAccount(id)) else { throw Refusal.notFound(.serviceAccount) }
        guard try tx.run(.workspaceAccess(account.workspaceID))?.role == .owner else {
            throw Refusal.forbidden("only an owner of the service account's workspace may do this")
        }
        return account
    }
}
