import ArgumentParser
import Domain
import EdgeAgent
import FoundationEssentials
import Logging

/// Options that every subcommand takes.
struct SharedOptions: ParsableArguments {
    @Option(
        name: .customLong("persist"),
        help: "Directory for everything that has to survive a restart. Default: $PERSIST_DIR, else /persist.")
    var persistDirectory: String?

    @Flag(name: .shortAndLong, help: "Also log what goes well.")
    var verbose = false

    /// The real surroundings, with a log on standard error.
    func context(giveUpAfter: Duration? = nil) -> AgentContext {
        var logger = Logger(label: "drover-engine") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = verbose ? .debug : .notice
        return AgentContext(
            time: SystemTime(), random: SystemRandom(), clock: ContinuousClock(), logger: logger,
            giveUpAfter: giveUpAfter)
    }

    /// The directory that the options and the environment name.
    var directory: String { persistDirectory ?? environment("PERSIST_DIR") ?? "/persist" }
}

/// Options of the subcommands that talk to the control plane.
struct JoinOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The EDGE_BUNDLE of the edge. Better given as $EDGE_BUNDLE: arguments can be seen by others.",
            valueName: "base64"))
    var bundle: String?

    @Option(help: "PEM file of authorities to trust at the join, when the bundle pins none. Default: the system's.")
    var caFile: String?

    @Option(help: ArgumentHelp("Stop with code 69 after waiting this long for the server.", valueName: "seconds"))
    var giveUpAfter: Int?

    func settings(_ shared: SharedOptions) -> EdgeAgent.Settings {
        var settings = EdgeAgent.Settings(persistDirectory: shared.directory)
        settings.bundle = (bundle ?? environment("EDGE_BUNDLE")).map { Secret($0) }
        settings.caFile = caFile
        return settings
    }

    func context(_ shared: SharedOptions) -> AgentContext {
        shared.context(giveUpAfter: giveUpAfter.map { .seconds($0) })
    }
}

/// A variable of the environment; empty is the same as absent.
func environment(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
}

/// Runs a subcommand's work and turns its failure into a line on standard error and an exit code.
func reporting(_ work: () async throws -> Void) async throws {
    do {
        try await work()
    } catch let error as EdgeAgentError {
        Console.error("drover-engine: \(error)")
        throw ExitCode(error.exitCode)
    } catch let error as Refusal {
        Console.error("drover-engine: \(error)")
        throw ExitCode(EdgeAgentError(.configuration, "").exitCode)
    }
}
