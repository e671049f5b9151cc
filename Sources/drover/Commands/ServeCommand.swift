import ArgumentParser
import ControlPlane
import Domain
import FoundationEssentials
import Logging

/// `drover serve`
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serves the API port and the edge port.",
        discussion: """
            With --embedded a private PostgreSQL cluster and an OCI registry are started under --data from the installed
            packages, migrated, and stopped again with the server. Every other setting is an option, an environment
            variable or a key of the --config file: `drover settings` lists them. SIGTERM, SIGINT and SIGHUP stop it: exit
            status 0, or 128 and the signal's number when it was not ready yet.
            """)

    @Flag(help: "Start a private PostgreSQL and registry under --data.")
    var embedded = false

    @Option(help: "JSON file with settings.")
    var config: String?

    @Argument(parsing: .allUnrecognized, help: "Settings, for example --http-port 8080.")
    var settings: [String] = []

    func run() async throws {
        try await reporting {
            try await StopSignals().run { signals in try await start(signals) }
        }
    }

    private func start(_ signals: StopSignals) async throws {
        let reader = try await SettingsReader(arguments: settings, file: config)
        let logger = try Logs.logger(level: reader.text("log.level"))
        guard embedded else {
            return try await serve(try ServerSettings(reader, embedded: nil), logger, signals)
        }
        let services = try EmbeddedServices(reader, logger: logger)
        let settings = try ServerSettings(reader, embedded: try services.prepare())
        try await services.run { try await serve(settings, logger, signals) }
    }

    private func serve(_ settings: ServerSettings, _ logger: Logger, _ signals: StopSignals) async throws {
        try await DroverServer(settings, logger: logger).run(onServing: signals.ready) { ports in
            logger.notice(
                "ready",
                metadata: [
                    "api_port": .stringConvertible(ports.api), "edge_port": .stringConvertible(ports.edge),
                    "public_url": "\(settings.publicURL)", "version": "\(DroverVersion.current)",
                ])
        }
    }
}

/// Turns what a command throws into one readable line and an exit code, without a stack of types.
func reporting(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch let error as ValidationError {
        throw error
    } catch let error as ExitCode {
        throw error
    } catch let refusal as Refusal {
        throw CommandFailure(refusal.detail)
    } catch {
        throw CommandFailure("\(error)")
    }
}

/// A message for a person; argument parser prints it after `Error: ` and exits with 1.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
