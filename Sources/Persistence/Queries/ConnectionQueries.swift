package import Domain
package import FoundationEssentials

extension Connection {
    static let columns: SQL = "c.id, c.name, c.type, c.created_by, c.created_at"

    init(row: inout RowReader) throws(DatabaseError) {
        self.init(
            id: try row.next(), name: try row.next(), type: try row.next(), createdBy: try row.next(),
            createdAt: try row.next())
    }
}

extension Query {
    /// A connection without details; they follow in the same transaction, because they are bound to its id.
    package static func insertConnection(_ name: ConnectionName, type: ConnectionType, by user: UserID, at: Date)
        -> Query<ConnectionID> where Result == ConnectionID
    {
        .one(
            "connection.insert",
            """
            insert into connections (name, type, created_by, created_at)
            values (\(name), \(type), \(user), \(at)) returning id
            """
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }

    /// The sealed details of a connection that the principal made in this transaction.
    package static func insertConnectionDetails(_ id: ConnectionID, sealed: [UInt8]) -> Query<Int>
    where Result == Int {
        .execute(
            "connection.insert_details",
            "insert into connection_details (connection_id, sealed_details) values (\(id), \(sealed))")
    }

    package static func connection(_ id: ConnectionID) -> Query<Connection?> where Result == Connection? {
        .first(
            "connection.get", "select \(Connection.columns) from connections c where c.id = \(id)",
            Connection.init(row:))
    }

    /// Those of the whole instance in order of creation (CONN-08), or the one of a name (CONN-07); one more than `limit`.
    package static func connections(named name: ConnectionName?, after: ConnectionID?, limit: Int)
        -> Query<[Connection]> where Result == [Connection]
    {
        .rows(
            "connection.list",
            """
            select \(Connection.columns) from connections c
            where (\(name)::text is null or c.name = \(name)) and (\(after)::int8 is null or c.id > \(after))
            order by c.id limit \(Int64(limit + 1))
            """, Connection.init(row:))
    }

    /// Those that a workspace holds, in order of their creation; one more than `limit`.
    package static func connections(in workspace: WorkspaceID, after: ConnectionID?, limit: Int)
        -> Query<[Connection]> where Result == [Connection]
    {
        .rows(
            "connection.list_of_workspace",
            """
            select \(Connection.columns) from workspace_connections w join connections c on c.id = w.connection_id
            where w.workspace_id = \(workspace) and (\(after)::int8 is null or w.connection_id > \(after))
            order by w.connection_id limit \(Int64(limit + 1))
            """, Connection.init(row:))
    }

    /// The sealed details, when the principal may read them (CONN-13).
    package static func sealedConnectionDetails(_ id: ConnectionID) -> Query<[UInt8]?> where Result == [UInt8]? {
        .first(
            "connection.details", "select sealed_details from connection_details where connection_id = \(id)"
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }

    /// Deletes a connection with its details: 1, or 0 when the principal may not.
    /// - Throws: a violation of `workspaceConnectionsConnection` while any workspace holds it.
    package static func deleteConnection(_ id: ConnectionID) -> Query<Int> where Result == Int {
        .execute("connection.delete", "delete from connections where id = \(id)")
    }

    /// Attaches; 0 when it is attached already.
    /// - Throws: a violation of row-level security unless the principal owns the workspace and may read the details.
    package static func attachConnection(_ id: ConnectionID, to workspace: WorkspaceID, by user: UserID, at: Date)
        -> Query<Int> where Result == Int
    {
        .execute(
            "connection.attach",
            """
            insert into workspace_connections (workspace_id, connection_id, created_by, created_at)
            values (\(workspace), \(id), \(user), \(at)) on conflict do nothing
            """)
    }

    package static func detachConnection(_ id: ConnectionID, from workspace: WorkspaceID) -> Query<Int>
    where Result == Int {
        .execute(
            "connection.detach",
            "delete from workspace_connections where workspace_id = \(workspace) and connection_id = \(id)")
    }

    /// How many workspaces hold a connection, of all users; as drover_system.
    package static func countHolders(of id: ConnectionID) -> Query<Int64> where Result == Int64 {
        .one("connection.count_holders", "select count(*) from workspace_connections where connection_id = \(id)") {
            (row: inout RowReader) throws(DatabaseError) in try row.next()
        }
    }
}
