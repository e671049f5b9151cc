import ArgumentParser
import EdgeAgent

/// `drover-engine ship`
struct ShipCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ship",
        abstract: "Joins if needed, then ships inference log records until all are acknowledged.",
        discussion: """
            FILE holds one JSON object a line (NDJSON), or one JSON array of objects (pandas records). Records are \
            first taken into a log in the persist directory. A file that was taken in before is not taken in again; \
            when it has grown, what is new is. Without FILE, what an earlier run left in the log is shipped.
            """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup var join: JoinOptions

    @Argument(help: "File with records, or - for standard input.")
    var file: String?

    @Flag(help: "Take FILE in from its beginning even if it was taken in before.")
    var again = false

    @Option(help: ArgumentHelp("Size limit of the log in the persist directory.", valueName: "MiB"))
    var maxLog = 1024

    @Flag(help: "At the size limit drop the oldest records, instead of waiting with reading.")
    var dropOldest = false

    func validate() throws {
        guard maxLog >= 32 else { throw ValidationError("--max-log must be at least 32") }
    }

    func run() async throws {
        try await reporting {
            var settings = join.settings(shared)
            settings.log.capBytes = maxLog << 20
            settings.dropsOldest = dropOldest
            let agent = EdgeAgent(settings, join.context(shared))
            let showsProgress = Console.isTerminal
            let shipped = try await agent.ship(
                file, again: again, onJoin: { Console.output(Attestor.successLine) },
                onProgress: { done, known in
                    guard showsProgress else { return }
                    Console.progress("shipped \(done.records) of \(known) records, \(done.bytes) bytes")
                })
            if showsProgress { Console.progress("") }
            try report(shipped)
        }
    }

    private func report(_ shipped: EdgeAgent.Shipped) throws {
        let done = shipped.summary
        let range = done.firstSequence.map { "sequence \($0)..\(done.lastSequence)" } ?? "nothing to ship"
        Console.output("shipped \(done.records) records (\(range)) in \(done.batches) batches")
        if done.refused > 0 { Console.error("the server refused \(done.refused) records; see dead-letter.ndjson") }
        if shipped.dropped > 0 { Console.error("the size limit made the log drop \(shipped.dropped) records") }
        for refused in shipped.input.refused {
            Console.error("\(file ?? "-"), line \(refused.line): \(refused.reason)")
        }
        if let failure = shipped.input.failure { throw failure }
        if shipped.input.refusedCount > 0 {
            throw EdgeAgentError(.badInput, "\(shipped.input.refusedCount) records of the input were left out")
        }
    }
}
