import Domain
package import FoundationEssentials
import Logging

/// Ships the log to the control plane, one batch in flight, until the queue is closed and empty.
///
/// Sending is at least once; the server applies by (epoch, sequence number), so each record is stored exactly once and
/// in order. While a batch is under way the next one is read and compressed.
package struct LogShipper: Sendable {
    /// What has been shipped.
    package struct Summary: Sendable, Equatable {
        package var records: Int64 = 0
        package var batches = 0
        package var firstSequence: Int64?
        package var lastSequence: Int64 = 0
        /// NDJSON bytes of the records.
        package var bytes = 0
        /// Numbers for which a gap was shipped.
        package var missing: Int64 = 0
        /// Records moved to the dead letters.
        package var refused: Int64 = 0
    }

    /// What to do after an answer.
    private enum Step {
        /// Go on behind the batch.
        case onward
        /// The same batch again.
        case again
        /// Look up anew where to go on.
        case elsewhere
    }

    private let queue: LogQueue
    private let deadLetters: DeadLetters
    private let expiresAt: Date
    private let context: AgentContext
    private let send: @Sendable (LogBatch) async throws -> BatchReply
    private let onProgress: @Sendable (Summary) async -> Void

    /// - Parameters:
    ///   - expiresAt: when the identity ends; a failure after that is final.
    ///   - send: one attempt to deliver a batch, `BatchClient.send` outside of tests.
    package init(
        queue: LogQueue, deadLetters: DeadLetters, expiresAt: Date, context: AgentContext,
        send: @escaping @Sendable (LogBatch) async throws -> BatchReply,
        onProgress: @escaping @Sendable (Summary) async -> Void = { _ in }
    ) {
        self.queue = queue
        self.deadLetters = deadLetters
        self.expiresAt = expiresAt
        self.context = context
        self.send = send
        self.onProgress = onProgress
    }

    /// Unpacked bytes of a batch; the server takes four times as much, but smaller ones keep both sides busy.
    private static let fullLimit = LogChunk.Limit(
        records: EdgeProtocol.maxBatchRecords, bytes: min(16 << 20, EdgeProtocol.maxBatchUnpackedBytes))

    /// - Throws: `EdgeAgentError`: `refused` when the edge was removed or its identity has expired,
    ///   `protocolViolation`, `storage`, `unreachable` when the context sets a limit.
    package func run() async throws -> Summary {
        var summary = Summary()
        var patience = Patience(context)
        var limit = Self.fullLimit
        var pause = Duration.zero
        var batch = try await next(limit: &limit)
        while let current = batch {
            if pause > .zero { try await context.clock.sleep(for: pause) }
            let room = limit
            async let prepared = prepare(from: current.chunk.lastIndex + 1, limit: room)
            let reply = try await send(current)
            let following = try await prepared
            pause = reply.pause
            switch try await settle(reply, current.chunk, &summary, &patience, &limit) {
            case .onward:
                patience.reset()
                if let following { batch = following } else { batch = try await next(limit: &limit) }
            case .again: break
            case .elsewhere: batch = try await next(limit: &limit)
            }
            await onProgress(summary)
        }
        return summary
    }

    /// The batch behind the last acknowledged record; waits for one. Lowers the limit when packing does not bring it
    /// below what the server takes.
    private func next(limit: inout LogChunk.Limit) async throws -> LogBatch? {
        while true {
            let index = await queue.acknowledgedIndex + 1
            guard let chunk = try await queue.next(from: index, limit: limit) else { return nil }
            let batch = try LogBatch(chunk)
            if batch.fits || chunk.count == 1 || chunk.gap != nil { return batch }
            limit.bytes = max(1, chunk.bytes.count / 2)
        }
    }

    /// A batch for later, if its records are there and pack well enough.
    private func prepare(from index: Int64, limit: LogChunk.Limit) async throws -> LogBatch? {
        guard let chunk = try await queue.peek(from: index, limit: limit) else { return nil }
        let batch = try LogBatch(chunk)
        return batch.fits ? batch : nil
    }

    private func settle(
        _ reply: BatchReply, _ chunk: LogChunk, _ summary: inout Summary, _ patience: inout Patience,
        _ limit: inout LogChunk.Limit
    ) async throws -> Step {
        switch reply {
        case .stored(let ack) where ack.acked >= chunk.lastSequence:
            return try await stored(ack, chunk, &summary)
        case .stored(let ack), .outOfStep(let ack):
            if ack.acked + 1 == chunk.firstSequence {
                try await patience.wait(because: "the server did not take a batch that it asked for")
                return .again
            }
            return try await moved(to: ack.acked, chunk)
        case .badRecord(let sequence, let reason):
            return try await discard(sequence, of: chunk, because: reason, &summary)
        case .tooLarge(let reason):
            if chunk.count == 1 { return try await discard(chunk.firstSequence, of: chunk, because: reason, &summary) }
            limit = LogChunk.Limit(records: chunk.count / 2, bytes: limit.bytes)
            return .elsewhere
        case .later(let reason, let delay):
            guard context.time.now() < expiresAt else {
                throw EdgeAgentError(
                    .refused, "the identity expired at \(expiresAt.formatted(.iso8601)); a new EDGE_BUNDLE is needed")
            }
            try await patience.wait(because: reason, retryAfter: delay)
            return .again
        case .refused(let reason):
            throw EdgeAgentError(
                .refused, "the control plane no longer accepts this edge (removed, or its identity expired): \(reason)")
        case .misunderstood(let reason):
            throw EdgeAgentError(.protocolViolation, "the server did not understand a batch: \(reason)")
        }
    }

    private func stored(
        _ ack: EdgeProtocol.LogAck, _ chunk: LogChunk, _ summary: inout Summary
    ) async throws -> Step {
        guard try await moved(to: ack.acked, chunk, isExpected: true) == .onward else { return .elsewhere }
        summary.batches += 1
        summary.firstSequence = summary.firstSequence ?? chunk.firstSequence
        summary.lastSequence = chunk.lastSequence
        if chunk.gap == nil {
            summary.records += Int64(chunk.count)
            summary.bytes += chunk.bytes.count
        } else {
            summary.missing += Int64(chunk.count)
        }
        return ack.acked == chunk.lastSequence ? .onward : .elsewhere
    }

    /// Follows the server's word on where its stream ends.
    private func moved(to sequence: Int64, _ chunk: LogChunk, isExpected: Bool = false) async throws -> Step {
        guard try await queue.settle(sequence, of: chunk.epoch) else {
            context.logger.warning(
                "The server has records that this log has lost; going on under a new epoch",
                metadata: ["epoch": "\(chunk.epoch.id)", "acked": "\(sequence)"])
            return .elsewhere
        }
        if !isExpected {
            context.logger.notice(
                "Going on where the server's stream ends",
                metadata: ["acked": "\(sequence)", "sent": "\(chunk.firstSequence)"])
        }
        return isExpected ? .onward : .elsewhere
    }

    /// Moves a record that the server can't take to the dead letters; a gap goes in its place.
    private func discard(
        _ sequence: Int64, of chunk: LogChunk, because reason: String, _ summary: inout Summary
    ) async throws -> Step {
        guard chunk.gap == nil, (chunk.firstSequence...chunk.lastSequence).contains(sequence) else {
            throw EdgeAgentError(
                .protocolViolation, "the server names record \(sequence), which was not sent: \(reason)")
        }
        let lines = chunk.bytes.split(separator: UInt8(ascii: "\n"))
        let record = lines[Int(sequence - chunk.firstSequence)]
        try deadLetters.add(record, epoch: chunk.epoch.id, seq: sequence, reason: reason)
        await queue.refuse(chunk.epoch.index(of: sequence))
        summary.refused += 1
        context.logger.warning(
            "The server refused a record; it was moved to the dead letters",
            metadata: ["epoch": "\(chunk.epoch.id)", "seq": "\(sequence)", "reason": "\(reason)"])
        return .elsewhere
    }
}
