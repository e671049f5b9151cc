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
    private let registryPort: Int
    private let logger: Logger

    /// - Throws: `Refusal.invalid` when `data` is missing or a package is not installed.
    init(_ reader: SettingsReader, logger: Logger) throws {
        layout = try EmbeddedLayout(directory: try reader.required("data"))
        migrations = reader.text("migrations") ?? "Migrations"
        registryPort = Int(try reader.integer("embedded.registry.port", 1...65535, default: 5555))
        self.logger = logger
    }

    /// Takes the data directory and says what will be there, so that the server's settings are known to be right before
    /// anything starts.
    /// - Throws: `CommandFailure` when another server uses the directory.
    func prepare() throws -> EmbeddedEndpoints {
        try layout.create()
        try layout.lock()
        return EmbeddedEndpoints(
            database: EmbeddedPostgres(layout: layout, logger: logger).server,
            registryHost: "127.0.0.1:\(registryPort)", secretKeyFile: try layout.ensureSecretKey())
    }

    /// Starts both, migrates, runs the server, and stops both after it.
    func run(_ server: @escaping @Sendable () async throws -> Void) async throws {
        let postgres = EmbeddedPostgres(layout: layout, logger: logger)
        let registry = EmbeddedRegistry(layout: layout, port: registryPort, logger: logger)
        await postgres.child.stopLeftover()
        await registry.child.stopLeftover()
        try registry.configure()
        try await postgres.initialise()
        try await withThrowingTaskGroup(of: Void.self) { children in
            children.addTask { try await postgres.child.run() }
            children.addTask { try await registry.child.run() }
            defer { children.cancelAll() }
            try await postgres.waitUntilReady()
            try await registry.waitUntilReady()
            try await postgres.createDatabase()
            let applied = try await Migrator(directory: migrations, conninfo: postgres.owner, logger: logger).migrate()
            logger.notice("database migrated", metadata: ["applied": .stringConvertible(applied.count)])
            try await LoginRole(postgres.server).ensure(owner: postgres.owner)
            try await server()
        }
    }
}
