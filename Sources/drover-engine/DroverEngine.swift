import ArgumentParser
import EdgeAgent

/// The process on a node. In this version it joins the control plane and ships inference logs.
@main
struct DroverEngine: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drover-engine",
        abstract: "Runs on a node: joins the Drover control plane and ships inference logs to it.",
        discussion: """
            Exit codes:
              0   done
              64  wrong usage
              65  a record in the input is not a JSON object; the others were shipped
              66  the input can't be read
              69  the server could not be reached in the time of --give-up-after
              70  the server's answer can't be understood, or it did not understand ours
              74  the persist directory can't be used, or what stands there is damaged
              75  another agent is using the persist directory
              76  the server's certificate is not trusted; the join token was not sent
              77  refused for good: the join token is used or expired, or the edge was removed
              78  no identity and no usable EDGE_BUNDLE, or a wrong option value

            All but 64, 65, 66 and 77 are worth a restart. It is safe to stop the process at any time, also with
            kill -9, and to run the same command again: no record is lost and none is shipped twice.
            """,
        version: AgentVersion.current,
        subcommands: [JoinCommand.self, ShipCommand.self, StatusCommand.self])
}
