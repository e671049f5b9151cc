import ArgumentParser
import Auth
import Domain
import FoundationEssentials
import Logging
import Persistence

/// `drover admin signing-key`
struct SigningKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signing-key",
        abstract: "Prints the public key that verifies what is published, or makes a new one.",
        discussion: """
            PEM on standard output, for `cosign verify --key`. This is not the key of access tokens, which
            `rotate-signing-key` replaces. Of the keys that have begun to sign, the one that was made last signs. Keys are
            never removed: what they signed stays signed. A publish that is made again after a rotation gets a signature
            of the new key besides the old one. A key that is retired signs nothing more; take it away from those who
            verify, since its old signatures stay in the registry. Running servers need no restart.
            """)

    @Flag(help: "Print every key, oldest first, with its id, since when it signs, and until when it did.")
    var all = false

    @Flag(help: "Make a new key and print it.")
    var rotate = false

    @Option(help: "Take the key with this id out of use. A new one is made when no other signs now.")
    var retire: String?

    @Option(help: "Seconds until a new key signs, to hand it out before.")
    var signsAfter = 0

    @Option(help: "JSON file with settings.")
    var config: String?

    @Argument(parsing: .allUnrecognized, help: "Settings, for example --database-url.")
    var settings: [String] = []

    func run() async throws {
        try await reporting {
            guard (0...31_536_000).contains(signsAfter) else {
                throw Refusal.invalid("signs-after", "range", "0 to 31536000 seconds")
            }
            let reader = try await SettingsReader(arguments: settings, file: config)
            let sealing = try SealingKeyring(reader)
            let keys = try await reader.withDatabase { database in
                try await chosen(
                    InstanceKeys(database: database, sealing: sealing, time: SystemTime(), random: SystemRandom()))
            }
            for key in keys {
                if all { print("# \(describe(key))") }
                print(key.publicPEM)
            }
        }
    }

    private func describe(_ key: ArtifactPublicKey) -> String {
        let retired = key.retiredAt.map { ", retired \($0.formatted(.iso8601)): signs nothing more" } ?? ""
        return "\(key.id), signs since \(key.signsFrom.formatted(.iso8601))\(retired)"
    }

    private func chosen(_ keys: InstanceKeys) async throws -> [ArtifactPublicKey] {
        var made: String?
        if rotate { made = try await keys.rotateArtifactSigningKey(signsAfterSeconds: signsAfter) }
        if let retire { try await keys.retireArtifactSigningKey(retire) }
        if all { return try await keys.artifactPublicKeys() }
        if let made { return try await keys.artifactPublicKeys().filter { $0.id == made } }
        return [try await keys.artifactPublicKey()]
    }
}
