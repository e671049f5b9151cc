import ArgumentParser
import EdgeAgent

/// `drover-engine join`
struct JoinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join",
        abstract: "Makes this node the edge that the EDGE_BUNDLE names, and keeps its identity.",
        discussion: "Does nothing when the stored identity was made with the same bundle.")

    @OptionGroup var shared: SharedOptions
    @OptionGroup var join: JoinOptions

    func run() async throws {
        try await reporting {
            let agent = EdgeAgent(join.settings(shared), join.context(shared))
            let joined = try await agent.join { Console.output(Attestor.successLine) }
            if !joined.isNew { Console.error("already joined as \(joined.stored.identity.spiffeID)") }
        }
    }
}
