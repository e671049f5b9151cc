import Auth
import Domain
import Persistence

extension ModelRegistries {
    /// Those that a workspace holds (REG-08); members only.
    /// - Throws: `Refusal.notFound` for a workspace of others.
    func list(in id: WorkspaceID, after: ModelRegistryID?, limit: Int, by principal: Principal) async throws
        -> [ModelRegistry]
    {
        let (workspace, rows) = try await database.run(
            .workspaceAccess(id), .modelRegistries(in: id, after: after, limit: limit), as: principal)
        guard workspace != nil else { throw Refusal.notFound(.workspace) }
        return rows
    }

    /// Attaches (REG-06): owners of the workspace who may use the registry, because all its members may from then on.
    /// Does nothing when it is attached.
    /// - Returns: the registry with the workspaces that hold it now.
    /// - Throws: `Refusal`: notFound, forbidden, `workspace_archived`.
    func attach(_ id: ModelRegistryID, to workspace: WorkspaceID, by principal: Principal) async throws
        -> ModelRegistry
    {
        do {
            return try await attachOnce(id, to: workspace, by: principal)
        } catch let error as DatabaseError
            where error.sqlState == "42501" || error.violates(.workspaceModelRegistriesRegistry)
        {
            // Between the checks and the row the registry was deleted, or a right was taken away: the checks say which.
            return try await attachOnce(id, to: workspace, by: principal)
        }
    }

    private func attachOnce(_ id: ModelRegistryID, to workspace: WorkspaceID, by principal: Principal) async throws
        -> ModelRegistry
    {
        let now = time.now()
        return try await database.change(
            as: principal, .modelRegistryAttach, on: AuditSubject(.modelRegistry, id, in: workspace)
        ) { tx in
            try Self.requireOwner(workspace, tx)
            try Workspaces.requireOpen(workspace, tx)
            guard let access = try tx.run(.modelRegistryAccess(id)) else { throw Refusal.notFound(.modelRegistry) }
            guard access.mayUse else { throw Self.useForbidden }
            _ = try tx.run(.attachModelRegistry(id, to: workspace, by: principal.userID, at: now))
            return try Self.registry(id, tx)
        }
    }

    /// Detaches (REG-07): owners of the workspace, archived or not. Does nothing when it is not attached.
    /// - Returns: the registry with the workspaces that still hold it, of those that the caller is a member of.
    /// - Throws: `Refusal`: notFound, forbidden.
    func detach(_ id: ModelRegistryID, from workspace: WorkspaceID, by principal: Principal) async throws
        -> ModelRegistry
    {
        try await database.change(
            as: principal, .modelRegistryDetach, on: AuditSubject(.modelRegistry, id, in: workspace)
        ) { tx in
            try Self.requireOwner(workspace, tx)
            // Read before, because it may be the caller's only way to the registry.
            let before = try Self.registry(id, tx)
            _ = try tx.run(.detachModelRegistry(id, from: workspace))
            return ModelRegistry(
                id: before.id, name: before.name, url: before.url, hasToken: before.hasToken,
                createdBy: before.createdBy, createdAt: before.createdAt, updatedAt: before.updatedAt,
                workspaces: before.workspaces.filter { $0.id != workspace })
        }
    }

    static var useForbidden: Refusal {
        .forbidden("only who made the model registry, and members of a workspace that holds it, may read through it")
    }
}
