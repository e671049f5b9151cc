import Domain
import Foundation
import Logging
import Persistence

/// `--embedded`: a private PostgreSQL cluster on a unix socket and an OCI registry on loopback, under one directory, run
/// from the packages that are installed. Started as root, they run as the system user `postgres`, because PostgreSQL
/// refuses root.
struct EmbeddedServices: Sendable {
    private let layout: EmbeddedLayout
    private let migrations: String
    private let postgres: EmbeddedPostgres
    private let registry: EmbeddedRegistry
    private let logger: Logger

    /// - Throws: `Refusal.invalid` when `data` is missing or unusable; `CommandFailure` when a package is not installed.
    init(_ reader: SettingsReader, logger: Logger) throws {
        layout = try EmbeddedLayout(directory: try reader.required("data"))
        migrations = reader.text("migrations") ?? "Migrations"
        let port = Int(try reader.integer("embedded.registry.port", 1...65535, default: 5555))
        postgres = try EmbeddedPostgres(layout: layout, logger: logger)
        registry = try EmbeddedRegistry(layout: layout, port: port, logger: logger)
        self.logger = logger
    }

    /// Takes the data directory and says what will be there, so that the server's settings are known to be right before
    /// anything starts.
    /// - Throws: `CommandFailure` when another server uses the directory, others could change what is in it, or there
    ///   are no migrations; `MigrationError` when they can't be read.
    func prepare() throws -> EmbeddedEndpoints {
        guard try !MigrationFile.all(in: migrations).isEmpty else {
            throw CommandFailure("there are no migrations in \(migrations); say where they are with --migrations")
        }
        _ = try layout.childUID()
        try layout.create()
        try layout.lock()
        try SecretKeyFile.ensure(layout.secretKey)
        return EmbeddedEndpoints(
            database: postgres.server, registryHost: "127.0.0.1:\(registry.port)", secretKeyFile: layout.secretKey)
    }

    /// Starts both, migrates, runs the server, and stops both after it. Cancelled, it stops whatever runs.
    /// - Throws: what the server throws; `CommandFailure` when one of the two does not start or stay up.
    func run(_ server: @escaping @Sendable () async throws -> Void) async throws {
        try await layout.requireReachable(logger)
        try await Leftovers(layout: layout, logger: logger).stop()
        try await registry.configure()
        try await postgres.initialise()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await postgres.child.run() }
            group.addTask { try await registry.child.run() }
            group.addTask {
                try await migrate()
                try await server()
            }
            defer { group.cancelAll() }
            // The server's end, or the end of a child that does not stay up.
            try await group.next()
        }
    }

    private func migrate() async throws {
        try await postgres.waitUntilReady()
        try await registry.waitUntilReady()
        try await postgres.createDatabase()
        let applied = try await Migrator(directory: migrations, conninfo: postgres.owner, logger: logger).migrate()
        logger.notice("database migrated", metadata: ["applied": .stringConvertible(applied.count)])
        try await LoginRole(postgres.server).ensure(owner: postgres.owner)
        try Task.checkCancellation()
    }
}
