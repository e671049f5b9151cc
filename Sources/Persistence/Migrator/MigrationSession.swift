import Domain

/// The migrator's connection: plain statements on a thread of its own, under the role that logged in.
struct MigrationSession: Sendable {
    private let connection: PlainConnection

    /// - Throws: `DatabaseError(.unavailable)`.
    static func open(_ conninfo: Secret<String>) async throws(DatabaseError) -> MigrationSession {
        MigrationSession(connection: try await PlainConnection.open(conninfo, applicationName: "drover-migrate"))
    }

    func close() { connection.close() }

    /// Takes the lock that all migrators of this database share, for the session; false when another has it. The
    /// number is "drover" in ASCII.
    func tryLock() async throws -> Bool {
        try await connection.rows("select pg_try_advisory_lock(110442659079538)") == [["t"]]
    }

    /// Creates the list of applied migrations if it is not there.
    func createTable() async throws {
        guard try await !hasTable() else { return }
        try await connection.execute(
            """
            create table schema_migrations (
                version int not null,
                name text not null,
                checksum bytea not null,
                applied_at timestamptz not null default now(),
                constraint schema_migrations_pkey primary key (version)
            );
            comment on table schema_migrations is 'The migrations that this database has, written by drover migrate.'
            """)
    }

    /// What the database has; nothing when it was never migrated. Changes nothing.
    func applied() async throws -> [AppliedMigration] {
        guard try await hasTable() else { return [] }
        let query = Query<[AppliedMigration]>.rows(
            "migrations.applied", "select version, name, checksum, applied_at from schema_migrations order by version"
        ) {
            AppliedMigration(
                version: try $0.next(), name: try $0.next(), checksum: try $0.next(), appliedAt: try $0.next())
        }
        return try await connection.run(query)
    }

    /// Runs a file and notes it, in one transaction where the file allows it.
    /// - Throws: `MigrationError(.failed)`.
    func apply(_ file: MigrationFile) async throws {
        do throws(DatabaseError) {
            if file.isOutsideTransaction {
                try await applyOutside(file)
            } else {
                try await applyInside(file)
            }
        } catch {
            if error.sqlState == nil { throw error }
            throw MigrationError(
                .failed, file: file.fileName, sqlState: error.sqlState, error.message ?? error.description)
        }
    }

    private func applyInside(_ file: MigrationFile) async throws(DatabaseError) {
        try await connection.execute("begin")
        do throws(DatabaseError) {
            try await connection.execute(file.sql)
            guard try await connection.isInTransaction() else {
                throw DatabaseError(
                    .server, sqlState: "25P01", constraint: nil, statement: nil,
                    message: "the file ends its own transaction")
            }
            // A file may have changed settings, such as the search path, for itself.
            try await connection.execute("reset all")
            _ = try await connection.run(note(file))
            try await connection.execute("commit")
        } catch {
            try? await connection.execute("rollback")
            throw error
        }
    }

    private func applyOutside(_ file: MigrationFile) async throws(DatabaseError) {
        try await connection.execute(file.sql)
        _ = try await connection.run(note(file))
    }

    private func note(_ file: MigrationFile) -> Query<Int> {
        .execute(
            "migrations.note",
            """
            insert into schema_migrations (version, name, checksum)
            values (\(file.version), \(file.name), \(file.checksum))
            """)
    }

    private func hasTable() async throws -> Bool {
        try await connection.rows("select to_regclass('schema_migrations') is not null") == [["t"]]
    }
}
