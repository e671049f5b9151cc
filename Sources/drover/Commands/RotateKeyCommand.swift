import ArgumentParser
import Auth
import Domain
import Glibc
import Persistence

/// `drover admin rotate-key`
struct RotateKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-key", abstract: "Seals everything anew with the first key of secret.key.",
        discussion: """
            Values that another line of secret.key (or of its file) has sealed are opened and sealed with the first line.
            The server may run, if it was started with both lines. It can be stopped at any time and run again. At the
            end it says which keys are still in use; the lines of the others can be removed.
            """)

    @Option(help: "Values of one transaction, 1 to 10000.")
    var batch = 100

    @Option(help: "JSON file with settings.")
    var config: String?

    @Argument(parsing: .allUnrecognized, help: "Settings, for example --secret-key-file FILE.")
    var settings: [String] = []

    func validate() throws {
        guard (1...10_000).contains(batch) else { throw ValidationError("--batch takes a number from 1 to 10000") }
    }

    func run() async throws {
        try await reporting {
            let reader = try await SettingsReader(arguments: settings, file: config)
            let keyring = try SealingKeyring(reader)
            try await reader.withDatabase { database in
                try await rotate(
                    Resealing(database: database, sealing: keyring, random: SystemRandom(), batch: batch), keyring)
            }
        }
    }

    private func rotate(_ resealing: Resealing, _ keyring: SealingKeyring) async throws {
        Self.say("sealing with key \(keyring.sealingKeyID)")
        let ends = try await resealing.run { Self.say("  \($0.place): \($0.resealed) so far") }
        for end in ends { Self.say("\(end.place): \(end.resealed) sealed anew") }
        let report = KeyReport(keyring, inUse: try await resealing.keysInUse())
        for line in report.lines { Self.say(line) }
        if let problem = report.problem { throw CommandFailure(problem) }
    }

    /// At once, also into a pipe: the reader wants to see how far it is.
    private static func say(_ line: String) {
        print(line)
        fflush(nil)
    }
}
