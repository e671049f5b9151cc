import ArgumentParser
import Domain
import Logging
import Registry

/// `drover admin import`
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Puts an exported publish into a registry.",
        discussion: """
            FILE is the archive of `GET /api/v1/publishes/{publish_id}/export`. Artifact, image, chart and signatures get
            the names and digests that they had, below oci.registry and oci.repository. Needs the registry alone, no
            database. A tag that stands for something else there stops the import; what is there is not sent again.
            """)

    @Argument(help: "The archive.")
    var file: String

    @Option(help: "JSON file with settings.")
    var config: String?

    @Argument(parsing: .allUnrecognized, help: "Settings, for example --oci-registry.")
    var settings: [String] = []

    func run() async throws {
        try await reporting {
            let reader = try await SettingsReader(arguments: settings, file: config)
            let client = try RegistryClient(
                settings: try RegistrySettings(reader, embedded: nil),
                logger: try Logs.logger(level: reader.text("log.level") ?? "warning"))
            let result: Result<Void, any Error>
            do {
                try await LayoutImport(client).run(file) { print("\($0.name) \($0.digest)") }
                result = .success(())
            } catch {
                result = .failure(error)
            }
            try await client.shutdown()
            try result.get()
        }
    }
}
