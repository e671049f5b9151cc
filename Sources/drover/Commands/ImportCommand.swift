import ArgumentParser
import Domain
import FoundationEssentials
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
            With --key, nothing is sent unless the key has signed each artifact; without, whoever made FILE is believed.
            """)

    @Argument(help: "The archive.")
    var file: String

    @Option(help: "PEM file with the public key that must have signed (`drover admin signing-key` prints it).")
    var key: String?

    @Option(help: "JSON file with settings.")
    var config: String?

    @Argument(parsing: .allUnrecognized, help: "Settings, for example --oci-registry.")
    var settings: [String] = []

    func run() async throws {
        try await reporting {
            let verification = try key.map { try LayoutVerification(publicPEM: try Self.text($0)) }
            let reader = try await SettingsReader(arguments: settings, file: config)
            let client = try RegistryClient(
                settings: try RegistrySettings(reader, embedded: nil),
                logger: try Logs.logger(level: reader.text("log.level") ?? "warning"))
            let result: Result<Void, any Error>
            do {
                try await LayoutImport(client).run(file, verification: verification) {
                    print("\($0.name) \($0.digest)")
                }
                result = .success(())
            } catch {
                result = .failure(error)
            }
            try await client.shutdown()
            try result.get()
        }
    }
    /// - Throws: `Refusal.invalid`.
    private static func text(_ path: String) throws(Refusal) -> String {
        guard let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8) else {
            throw .invalid("key", "readable", "a text file that can be read")
        }
        return text
    }
}
