import ArgumentParser
import Domain
import FoundationEssentials
import Logging
import Persistence

/// `drover migrate`
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Brings the database to this release's schema.",
        discussion: """
            Connects as the owner (database.owner.url). When database.url is set as well, its role is made, or given the
            memberships that the server needs; it owns nothing.
            """)

    @Flag(help: "Only say what would be applied.")
    var dryRun = false

    @Flag(help: "Only say how each migration stands.")
    var status = false

    @Option(help: "JSON file with settings.")
    var config: String?

    @Argument(parsing: .allUnrecognized, help: "Settings, for example --migrations DIR.")
    var settings: [String] = []

    func run() async throws {
        try await reporting {
            let reader = try await SettingsReader(arguments: settings, file: config)
            let owner = Secret(try reader.required("database.owner.url"))
            let migrator = Migrator(
                directory: reader.text("migrations") ?? "Migrations", conninfo: owner,
                logger: try Logs.logger(level: reader.text("log.level")))
            if status { return try await printStatus(migrator) }
            if dryRun { return print(try await migrator.plan(), "would apply") }
            print(try await migrator.migrate(), "applied")
            if let server = reader.text("database.url") {
                try await LoginRole(Secret(server)).ensure(owner: owner)
            }
        }
    }

    private func print(_ files: [MigrationFile], _ what: String) {
        for file in files { Swift.print("\(what) \(file.fileName)") }
        if files.isEmpty { Swift.print("nothing to apply") }
    }

    private func printStatus(_ migrator: Migrator) async throws {
        for row in try await migrator.status() {
            Swift.print("\(row.version) \(row.name): \(row.state)")
        }
    }
}
