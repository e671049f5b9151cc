import ArgumentParser
import EdgeAgent
import FoundationEssentials

/// `drover-engine status`
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tells who this node is and what waits to be shipped. Changes nothing.")

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        try await reporting {
            let settings = EdgeAgent.Settings(persistDirectory: shared.directory)
            let status = try EdgeAgent(settings, shared.context()).status()
            if let identity = status.identity {
                Console.output("edge: \(identity.edgeID)")
                Console.output("spiffe id: \(identity.spiffeID)")
                Console.output("server: \(identity.server)")
                Console.output("identity ends: \(identity.expiresAt.formatted(.iso8601))")
            } else {
                Console.output("edge: not joined")
            }
            guard let log = status.log else { return Console.output("log: empty") }
            Console.output("log: \(log.depth) records waiting, \(log.sizeBytes) bytes")
            Console.output("acknowledged: sequence \(log.lastAcknowledged) of epoch \(log.epoch)")
        }
    }
}
