import ArgumentParser
import Auth
import ControlPlane
import Domain
import FoundationEssentials
import Logging
import Persistence

/// `drover admin rotate-signing-key`
struct RotateSigningKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-signing-key", abstract: "Makes a new key that signs access tokens.",
        discussion: """
            The key is published at once and signs some time later, so that everybody who checks tokens knows it by then.
            The key before it is accepted until its last token has expired. Running servers need no restart.
            """)

    @Option(help: "Seconds until the new key signs.")
    var signsAfter = InstanceKeys.publishedSeconds

    @Option(help: "JSON file with settings.")
    var config: String?

    @Argument(parsing: .allUnrecognized, help: "Settings, for example --database-url.")
    var settings: [String] = []

    func run() async throws {
        try await reporting {
            guard (0...86_400).contains(signsAfter) else {
                throw Refusal.invalid("signs-after", "range", "0 to 86400 seconds")
            }
            let reader = try await SettingsReader(arguments: settings, file: config)
            let sealing = try SealingKeyring(reader)
            let id = try await reader.withDatabase { database in
                try await InstanceKeys(database: database, sealing: sealing, time: SystemTime(), random: SystemRandom())
                    .rotateSigningKey(signsAfterSeconds: signsAfter)
            }
            print("new signing key \(id), signs in \(signsAfter) s")
        }
    }
}
