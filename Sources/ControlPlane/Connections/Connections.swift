import Auth
import Domain
import Persistence

/// Connections to data stores, and the workspaces that hold them.
package struct Connections: Sendable {
    let database: Database
    let sealing: SealingKeyring
    let time: any TimeSource
    let random: any RandomSource

    /// Makes a connection (CONN-04). Its details are sealed before they reach the database.
    /// - Throws: `Refusal`: forbidden for a token that is limited to workspaces, `name_taken` (CONN-05).
    func create(
        _ name: ConnectionName, type: ConnectionType, details: ConnectionDetails, by principal: Principal
    ) async throws -> Connection {
        try principal.requireNoWorkspaceLimit()
        let now = time.now()
        do {
            return try await database.change(as: principal, .connectionCreate, on: { AuditSubject(.connection, $0.id) })
            { [sealing, random] tx in
                let id = try tx.run(.insertConnection(name, type: type, by: principal.userID, at: now))
                let sealed = try sealing.seal(
                    details.json, aad: SealedPlace.connectionDetails(id).aad, random: random)
                _ = try tx.run(.insertConnectionDetails(id, sealed: sealed))
                return try Self.connection(id, tx)
            }
        } catch let error as DatabaseError where error.violates(.connectionsName) {
            throw Refusal.conflict(.nameTaken, "a connection of this name exists")
        }
    }

    /// All of the instance (CONN-08), or the one of a name (CONN-07).
    func list(named name: ConnectionName?, after: ConnectionID?, limit: Int, by principal: Principal) async throws
        -> [Connection]
    {
        try await database.run(.connections(named: name, after: after, limit: limit), as: principal)
    }

    /// - Throws: `Refusal.notFound`.
    func connection(_ id: ConnectionID, by principal: Principal) async throws -> Connection {
        guard let connection = try await database.run(.connection(id), as: principal) else {
            throw Refusal.notFound(.connection)
        }
        return connection
    }

    /// The details in clear (CONN-11), for the creator and for members of a workspace that holds it (CONN-13).
    /// - Throws: `Refusal`: notFound, forbidden; `AuthError` when the key that sealed them is not given.
    func details(of id: ConnectionID, by principal: Principal) async throws -> ConnectionDetails {
        // In this order: a connection that is deleted in between must not look like one that is forbidden.
        let sealed = try await database.change(
            as: principal, .connectionReveal, on: AuditSubject(.connection, id)
        ) { tx in
            let sealed = try tx.run(.sealedConnectionDetails(id))
            _ = try Self.connection(id, tx)
            guard let sealed else { throw Self.detailsForbidden }
            return sealed
        }
        return ConnectionDetails(
            stored: try sealing.open(sealed, aad: SealedPlace.connectionDetails(id).aad))
    }

    /// Deletes a connection that no workspace holds (CONN-12); its creator and administrators only.
    /// - Throws: `Refusal`: notFound, forbidden, `connection_attached`.
    func delete(_ id: ConnectionID, by principal: Principal) async throws {
        do {
            try await database.change(as: principal, .connectionDelete, on: AuditSubject(.connection, id)) { tx in
                let connection = try Self.connection(id, tx)
                try principal.requireNoWorkspaceLimit()
                guard connection.createdBy == principal.userID || principal.isAdmin else {
                    throw Refusal.forbidden("only who made the connection, or an administrator, may delete it")
                }
                guard try tx.run(.deleteConnection(id)) == 1 else { throw Refusal.notFound(.connection) }
            }
        } catch let error as DatabaseError where error.violates(.workspaceConnectionsConnection) {
            // The caller may see none of them, so only how many there are.
            let holders = try await database.system(because: "attachments of workspaces that the caller can't see").run(
                .countHolders(of: id))
            throw Refusal.conflict(
                .connectionAttached, "detach the connection first; workspaces that hold it: \(holders)")
        }
    }

    /// Those that a workspace holds; members only.
    /// - Throws: `Refusal.notFound` for a workspace of others.
    func list(in id: WorkspaceID, after: ConnectionID?, limit: Int, by principal: Principal) async throws
        -> [Connection]
    {
        let (workspace, rows) = try await database.run(
            .workspace(id), .connections(in: id, after: after, limit: limit), as: principal)
        guard workspace != nil else { throw Refusal.notFound(.workspace) }
        return rows
    }

    /// Attaches (CONN-09): owners of the workspace who may read the details, because all its members may from then on.
    /// Does nothing when it is attached.
    /// - Throws: `Refusal`: notFound, forbidden, `workspace_archived`.
    func attach(_ id: ConnectionID, to workspace: WorkspaceID, by principal: Principal) async throws {
        do {
            try await attachOnce(id, to: workspace, by: principal)
        } catch let error as DatabaseError
            where error.sqlState == "42501" || error.violates(.workspaceConnectionsConnection)
        {
            // Between the checks and the row the connection was deleted, or a right was taken away: the checks say which.
            try await attachOnce(id, to: workspace, by: principal)
        }
    }

    private func attachOnce(_ id: ConnectionID, to workspace: WorkspaceID, by principal: Principal) async throws {
        let now = time.now()
        _ = try await database.change(
            as: principal, .connectionAttach, on: { $0 == 1 ? AuditSubject(.connection, id, in: workspace) : nil }
        ) { tx in
            try Self.requireOwner(workspace, tx)
            try Workspaces.requireOpen(workspace, tx)
            let sealed = try tx.run(.sealedConnectionDetails(id))
            _ = try Self.connection(id, tx)
            guard sealed != nil else { throw Self.detailsForbidden }
            return try tx.run(.attachConnection(id, to: workspace, by: principal.userID, at: now))
        }
    }

    /// Detaches (CONN-10): owners of the workspace, archived or not. Does nothing when it is not attached.
    /// - Throws: `Refusal`: notFound, forbidden.
    func detach(_ id: ConnectionID, from workspace: WorkspaceID, by principal: Principal) async throws {
        _ = try await database.change(
            as: principal, .connectionDetach, on: { $0 == 1 ? AuditSubject(.connection, id, in: workspace) : nil }
        ) { tx in
            try Self.requireOwner(workspace, tx)
            _ = try Self.connection(id, tx)
            return try tx.run(.detachConnection(id, from: workspace))
        }
    }

    private static func connection(_ id: ConnectionID, _ tx: borrowing WriteTransaction) throws -> Connection {
        guard let connection = try tx.run(.connection(id)) else { throw Refusal.notFound(.connection) }
        return connection
    }

    private static func requireOwner(_ id: WorkspaceID, _ tx: borrowing WriteTransaction) throws {
        guard let workspace = try tx.run(.workspace(id)) else { throw Refusal.notFound(.workspace) }
        guard workspace.role == .owner else { throw Refusal.forbidden("only an owner of the workspace may do this") }
    }

    private static var detailsForbidden: Refusal {
        .forbidden("only who made the connection, and members of a workspace that holds it, may read its details")
    }
}
