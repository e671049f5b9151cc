package import Domain
package import Logging

/// Brings a database to the sum of a directory's migrations. Forward only; one migrator at a time (advisory lock); each
/// file in a transaction of its own, unless it says `-- no-transaction`. Connects as the owner of the schema, not as the
/// server's login role.
package struct Migrator: Sendable {
    private let directory: String
    private let conninfo: Secret<String>
    private let logger: Logger
    private let clock: any Clock<Duration>
    private let lockLimit: Duration

    /// - Parameters:
    ///   - directory: where the `NNNN_name.sql` files are.
    ///   - conninfo: a libpq connection string of a role that may create everything.
    ///   - lockLimit: how long to wait for another migrator to finish.
    package init(
        directory: String, conninfo: Secret<String>, logger: Logger, clock: any Clock<Duration> = ContinuousClock(),
        lockLimit: Duration = .seconds(60)
    ) {
        self.directory = directory
        self.conninfo = conninfo
        self.logger = logger
        self.clock = clock
        self.lockLimit = lockLimit
    }

    /// Applies what is pending and returns it.
    /// - Throws: `MigrationError`; `DatabaseError` when the server is away; `CancellationError`.
    package func migrate() async throws -> [MigrationFile] {
        let files = try MigrationFile.all(in: directory)
        return try await withSession { session in
            try await lock(session)
            try await session.createTable()
            let pending = try check(files, try await session.applied())
            for file in pending {
                try await session.apply(file)
                logger.info("applied a migration", metadata: ["migration.file": "\(file.fileName)"])
            }
            return pending
        }
    }

    /// What `migrate` would apply, in order. Changes nothing.
    /// - Throws: as `migrate`.
    package func plan() async throws -> [MigrationFile] {
        let files = try MigrationFile.all(in: directory)
        return try await withSession { session in try check(files, try await session.applied()) }
    }

    /// Every migration of the directory and of the database, and how it stands. Changes nothing.
    /// - Throws: as `migrate`, but not for edited, missing or out-of-order files: they are reported.
    package func status() async throws -> [MigrationStatus] {
        let files = try MigrationFile.all(in: directory)
        return try await withSession { session in
            MigrationStatus.compare(files, with: try await session.applied())
        }
    }

    private func withSession<R>(_ body: (MigrationSession) async throws -> R) async throws -> R {
        let session = try await MigrationSession.open(conninfo)
        defer { session.close() }
        return try await body(session)
    }

    private func check(_ files: [MigrationFile], _ applied: [AppliedMigration]) throws(MigrationError)
        -> [MigrationFile]
    {
        let states = MigrationStatus.compare(files, with: applied)
        for state in states { if let error = state.error { throw error } }
        let pending = Set(states.filter { $0.state == .pending }.map(\.version))
        return files.filter { pending.contains($0.version) }
    }

    /// Polls instead of blocking in the server: a waiting `pg_advisory_lock` holds a snapshot, for which another
    /// migrator's `create index concurrently` would wait in turn, for ever.
    private func lock(_ session: MigrationSession) async throws {
        let end = ContinuousClock.now + lockLimit
        while try await !session.tryLock() {
            guard ContinuousClock.now < end else {
                throw MigrationError(.locked, "another migrator is at work")
            }
            try await clock.sleep(for: .milliseconds(50))
        }
    }
}
