package import Domain

/// The role that the server logs in as: it owns nothing, inherits nothing, and may act as the two group roles.
package struct LoginRole: Sendable {
    private let conninfo: Secret<String>

    /// - Parameter conninfo: what the server connects with; user and password are taken from it.
    package init(_ conninfo: Secret<String>) { self.conninfo = conninfo }

    /// Makes the role, or gives an existing one the memberships. A password in the connection string is set.
    /// - Throws: `DatabaseError`, also when the connection string can't be read or the owner may not create roles.
    package func ensure(owner: Secret<String>) async throws {
        let login = try ConnectionString.parse(conninfo)
        guard let user = login["user"] else {
            throw DatabaseError(.server, message: "the connection string names no user")
        }
        let connection = try await PlainConnection.open(owner, applicationName: "drover-login-role")
        defer { connection.close() }
        let exists = try await connection.run(
            Query<Bool>.one("login_role.exists", "select exists (select from pg_roles where rolname = \(user))") {
                (row: inout RowReader) throws(DatabaseError) in try row.next()
            })
        let script = try await connection.run(Self.script(user: user, password: login["password"], exists: exists))
        try await connection.execute(script)
    }

    /// Whether a server answers there.
    package static func isReachable(_ conninfo: Secret<String>) async throws -> Bool {
        let connection = try await PlainConnection.open(conninfo, applicationName: "drover-ping")
        defer { connection.close() }
        return try await connection.rows("select 1") == [["1"]]
    }

    /// Makes a database unless it exists. The name is ours, not a client's.
    package static func ensureDatabase(_ name: String, maintenance: Secret<String>) async throws {
        let connection = try await PlainConnection.open(maintenance, applicationName: "drover-create-database")
        defer { connection.close() }
        let script = try await connection.run(
            Query<String?>.first(
                "database.script",
                """
                select format('create database %I', \(name))
                where not exists (select from pg_database where datname = \(name))
                """
            ) { (row: inout RowReader) throws(DatabaseError) in try row.next() })
        if let script { try await connection.execute(script) }
    }

    /// Statements that PostgreSQL itself has quoted.
    private static func script(user: String, password: String?, exists: Bool) -> Query<String> {
        .one(
            "login_role.script",
            """
            select format(case when \(exists) then 'alter role %I login noinherit' else 'create role %I login noinherit' end, \(user))
                || coalesce(format(' password %L', \(password)), '')
                || format('; grant drover_server, drover_system to %I', \(user))
            """
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }
}
