package import Domain
import FoundationEssentials

extension RegistryCredentials {
    static let columns: SQL = "c.workspace_id, c.registry, c.username, c.set_by, c.set_at"

    init(row: inout RowReader) throws(DatabaseError) {
        self.init(
            workspaceID: try row.next(), registry: try row.next(), username: try row.next(), setBy: try row.next(),
            setAt: try row.next())
    }
}

/// What it takes to act for a workspace at a registry.
package struct SealedRegistryCredentials: Sendable, Hashable {
    package let username: String
    package let sealedPassword: [UInt8]
}

extension Query {
    /// Those of a workspace for one registry, as members and administrators see them.
    package static func registryCredentials(of workspace: WorkspaceID, at registry: String)
        -> Query<RegistryCredentials?> where Result == RegistryCredentials?
    {
        .first(
            "registry_credentials.get",
            """
            select \(RegistryCredentials.columns) from workspace_registry_credentials c
            where c.workspace_id = \(workspace) and c.registry = \(registry)
            """, RegistryCredentials.init(row:))
    }

    /// The same with the sealed password, for the system only.
    package static func sealedRegistryCredentials(of workspace: WorkspaceID, at registry: String)
        -> Query<SealedRegistryCredentials?> where Result == SealedRegistryCredentials?
    {
        .first(
            "registry_credentials.sealed",
            """
            select c.username, c.sealed_password from workspace_registry_credentials c
            where c.workspace_id = \(workspace) and c.registry = \(registry)
            """
        ) { (row: inout RowReader) throws(DatabaseError) in
            SealedRegistryCredentials(username: try row.next(), sealedPassword: try row.next())
        }
    }

    /// Violates `workspace_registry_credentials_pkey` when the workspace has some, and `…_workspace_id_fkey` when there is
    /// no such workspace.
    package static func insertRegistryCredentials(_ credentials: RegistryCredentials, sealed: [UInt8]) -> Query<Int>
    where Result == Int {
        .execute(
            "registry_credentials.insert",
            """
            insert into workspace_registry_credentials (workspace_id, registry, username, sealed_password, set_by, set_at)
            values (\(credentials.workspaceID), \(credentials.registry), \(credentials.username), \(sealed),
                \(credentials.setBy), \(credentials.setAt))
            """)
    }

    /// Takes them away, for whichever registry they were given.
    package static func deleteRegistryCredentials(of workspace: WorkspaceID) -> Query<Int> where Result == Int {
        .execute(
            "registry_credentials.delete",
            "delete from workspace_registry_credentials where workspace_id = \(workspace)")
    }
}
