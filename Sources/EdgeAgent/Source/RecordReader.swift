/// Takes records from an input into the log, chunk by chunk, and remembers there how far it is.
///
/// After a crash the same input goes on where the log's last record came from: the position before each chunk is a
/// record of the log, and the records that follow it there are skipped in the chunk. So whatever part of a write
/// survived, no record is taken twice.
package struct RecordReader: Sendable {
    /// What became of an input.
    package struct Summary: Sendable {
        /// Records appended to the log.
        package var taken: Int64 = 0
        /// Records that the log held from an earlier run.
        package var skipped: Int64 = 0
        /// Records left out.
        package var refusedCount = 0
        /// The first of those, for the message.
        package var refused: [RecordScanner.Refused] = []
        /// Why reading ended early.
        package var failure: EdgeAgentError?
    }

    private let input: InputFile
    private let queue: LogQueue
    private let ignoresPosition: Bool
    private let chunkBytes: Int

    /// - Parameters:
    ///   - ignoresPosition: read a file again that was taken in before.
    ///   - chunkBytes: how much is read, and made durable, at a time.
    package init(_ input: InputFile, into queue: LogQueue, ignoresPosition: Bool = false, chunkBytes: Int = 4 << 20) {
        self.input = input
        self.queue = queue
        self.ignoresPosition = ignoresPosition
        self.chunkBytes = chunkBytes
    }

    /// Reads to the end of the input. A broken input ends it early and is told in the summary; what came before stays.
    package func run() async -> Summary {
        var summary = Summary()
        do {
            try await run(&summary)
        } catch let error as EdgeAgentError {
            summary.failure = error.code == .badInput ? EdgeAgentError(.badInput, "\(input.name), \(error)") : error
        } catch {
            summary.failure = EdgeAgentError(.noInput, "cannot read \(input.name)")
        }
        return summary
    }

    private func run(_ summary: inout Summary) async throws {
        var (scanner, offset, skip) = try await start()
        var buffer: [UInt8] = []
        var isFinal = false
        while !isFinal {
            let more = try await input.read(chunkBytes)
            isFinal = more.isEmpty || (input.isRegular && more.count < chunkBytes)
            buffer.append(contentsOf: more)
            var mark = try mark(offset, scanner)
            var found = RecordScanner.Found()
            var broken: EdgeAgentError?
            do throws(EdgeAgentError) {
                try scanner.scan(buffer, isFinal: isFinal, mayGrow: input.isRegular, into: &found)
            } catch {
                broken = error
            }
            offset += found.consumed
            buffer.removeFirst(found.consumed)
            summary.note(found.refused)
            let known = min(skip, Int64(found.block.count))
            skip -= known
            summary.skipped += known
            mark.position?.taken = known
            found.block.removeFirst(Int(known))
            if !found.block.isEmpty {
                guard try await queue.append(found.block, from: mark) else { return }
                summary.taken += Int64(found.block.count)
            }
            if let broken { throw broken }
        }
        _ = try await queue.append(RecordBlock(), from: mark(offset, scanner))
    }

    /// The position the log has for this input, or the beginning.
    private func start() async throws -> (RecordScanner, offset: Int, skip: Int64) {
        if let path = input.path, !ignoresPosition, let position = await queue.position(of: path),
            try input.resume(at: position)
        {
            return (RecordScanner(phase: position.phase, line: position.line), position.offset, position.taken)
        }
        return (RecordScanner(), 0, 0)
    }

    private func mark(_ offset: Int, _ scanner: RecordScanner) throws(EdgeAgentError) -> SourceMark {
        guard let path = input.path else { return SourceMark(path: nil, position: nil) }
        return SourceMark(
            path: path,
            position: SourcePosition(
                offset: offset, line: scanner.line, phase: scanner.phase,
                fingerprint: try input.fingerprint(offset: offset)))
    }
}

extension RecordReader.Summary {
    mutating func note(_ more: [RecordScanner.Refused]) {
        refusedCount += more.count
        refused.append(contentsOf: more.prefix(max(0, 10 - refused.count)))
    }
}
