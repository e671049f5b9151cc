import ArgumentParser
import ControlPlane
import Domain
import Foundation
import Glibc
import Logging
import Persistence
import Registry

/// `drover admin gc`
struct GCCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc", abstract: "Says what the registry has that no row names any more, and has it removed.",
        discussion: """
            It looks through the repositories of this instance: what is left of deleted model versions and publishes, of
            uploads and conversions that broke off. Tags that this instance did not make are counted and left alone.
            Without --dry-run each finding becomes a job of the servers, which looks again before it removes anything.
            The bytes are free once the registry's own collection has run.
            """)

    @Flag(help: "Only say it.")
    var dryRun = false

    @Flag(help: "Say it as one JSON document.")
    var json = false

    @Option(help: "Seconds until anything is removed, at least 600: an upload that is ending is recorded by then.")
    var grace = 3600

    @Option(help: "JSON file with settings.")
    var config: String?

    @Argument(parsing: .allUnrecognized, help: "Settings, for example --database-url.")
    var settings: [String] = []

    func validate() throws {
        guard (600...31_536_000).contains(grace) else {
            throw ValidationError("--grace takes a number of seconds from 600 to 31536000")
        }
    }

    func run() async throws {
        try await reporting {
            let reader = try await SettingsReader(arguments: settings, file: config)
            let client = try RegistryClient(
                settings: try RegistrySettings(reader, embedded: nil), logger: try reader.commandLogger())
            let result: Result<Void, any Error>
            do {
                try await reader.withDatabase { try await collect($0, client) }
                result = .success(())
            } catch {
                result = .failure(error)
            }
            try await client.shutdown()
            try result.get()
        }
    }

    private func collect(_ database: Database, _ client: RegistryClient) async throws {
        let isTerminal = isatty(STDERR_FILENO) == 1
        let report = try await RegistrySurvey(database: database, registry: client).run { done, all in
            if isTerminal { Self.note("\r\(done) of \(all) repositories\(done == all ? "\n" : "")") }
        }
        if json { print(try report.json()) } else { report.lines.forEach { print($0) } }
        guard !dryRun else { return }
        let made = try await Collection(database: database, time: SystemTime()).ask(
            for: report.findings, graceSeconds: TimeInterval(grace))
        Self.note("\(made) jobs made, to be done in \(grace) seconds; others were waiting already\n")
    }

    /// On standard error: the report alone is on standard output.
    private static func note(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
