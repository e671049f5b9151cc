import Archive
import Auth
import Domain
import FoundationEssentials
import Persistence

/// Takes inference logs from edges: each record is stored exactly once, in the order of its stream (publish-and-edge.md,
/// section 2f). Partition, pipeline and version come from the edge's identity, never from what it sends (EDGE-23).
package struct EdgeLogs: Sendable {
    let database: Database
    let time: any TimeSource
    let clock: any Clock<Duration>
    /// Where batches are unpacked: a long record takes tens of MiB for a moment.
    let unpacking: Gate

    /// What a checked body holds.
    private struct Contents: Sendable {
        var body: [UInt8]
        var bytes: Int
        var recordCount: Int64
        var isGap: Bool
        var firstTime: Date?
        var lastTime: Date?
    }

    private let inHand = BatchesInHand()
    /// A batch of 4 MiB passes at half a megabit a second.
    private static let bodyLimit = Duration.seconds(60)

    init(database: Database, time: any TimeSource, clock: any Clock<Duration>, unpacking: Gate) {
        self.database = database
        self.time = time
        self.clock = clock
        self.unpacking = unpacking
    }

    /// Stores a batch; answers only after the commit.
    /// - Parameter body: reads the request's body, which is not asked for before the edge is known to be one of ours.
    /// - Throws: `LogRefusal` with the stream's position (gap in the sequence) or the record at fault; `Refusal`: forbidden
    ///   for an edge that is removed, superseded or was silent too long; tooMany; what `body` throws.
    func take(_ shipment: LogShipment, from edge: EdgePrincipal, _ body: @escaping @Sendable () async throws -> [UInt8])
        async throws -> EdgeProtocol.LogAck
    {
        try await noteContact(edge)
        return try await inHand.take(from: edge.edgeID) {
            // So that no edge keeps others out by sending slowly.
            let bytes = try await withDeadline(
                Self.bodyLimit, "the batch took too long to arrive", clock: clock, body)
            let contents = try await unpacking.pass { try await Self.check(bytes, shipment) }
            let now = time.now()
            return try await system.write { tx -> Result<EdgeProtocol.LogAck, LogRefusal> in
                // It may have been removed while it was sending.
                guard let row = try tx.run(.edge(edge.edgeID, holding: edge.serial.bytes)) else { throw Self.refused }
                return try Self.store(shipment, contents, row, at: now, tx)
            }.get()
        }
    }

    private var system: SystemDatabase { database.system(because: "an edge is not a user") }

    private static let refused = Refusal.forbidden(
        "this edge was removed or its identity has expired; it needs a new bundle")

    /// Notes that the edge is alive, whatever becomes of its batch (EDGE-14).
    private func noteContact(_ edge: EdgePrincipal) async throws {
        let now = time.now()
        let serial = edge.serial.bytes
        let (known, _) = try await system.run(
            .noteEdgeContact(edge.edgeID, serial: serial, at: now, notBefore: now - Edge.contactLimit),
            .confirmJoinToken(edge: edge.edgeID, serial: serial, at: now))
        guard known == 1 else { throw Self.refused }
    }

    private static func store(
        _ shipment: LogShipment, _ contents: Contents, _ edge: Edge, at now: Date, _ tx: borrowing WriteTransaction
    ) throws -> Result<EdgeProtocol.LogAck, LogRefusal> {
        let acked = try tx.run(.lockLogStream(edge: edge.id, epoch: shipment.epoch, in: edge.workspaceID, at: now))
        if shipment.last <= acked { return .success(.init(acked: acked, duplicate: true, nextDelayMs: 0)) }
        guard shipment.first <= acked + 1 else {
            return .failure(
                LogRefusal(
                    refusal: .conflict(.logGap, "the stream is stored up to \(acked); send from \(acked + 1)"),
                    ack: .init(acked: acked, duplicate: false, nextDelayMs: 0)))
        }
        _ = try tx.run(
            .insertLogBatch(
                NewLogBatch(
                    edge: edge, epoch: shipment.epoch, firstSequence: acked + 1, lastSequence: shipment.last,
                    recordCount: contents.isGap ? 0 : shipment.last - acked,
                    skipRecords: contents.isGap ? 0 : acked + 1 - shipment.first, firstTime: contents.firstTime,
                    lastTime: contents.lastTime, isGap: contents.isGap, bodyBytes: Int64(contents.bytes),
                    body: contents.body),
                at: now))
        _ = try tx.run(.advanceLogStream(edge: edge.id, epoch: shipment.epoch, acked: shipment.last))
        return .success(.init(acked: shipment.last, duplicate: false, nextDelayMs: 0))
    }

    /// Digest, size, encoding and every record, before the database is asked to store anything.
    private static func check(_ body: [UInt8], _ shipment: LogShipment) async throws -> Contents {
        guard Digest(hashing: body) == shipment.digest else {
            throw Refusal.invalid(EdgeProtocol.digestHeader, "digest", "the body received does not have this digest")
        }
        var scanner = RecordScanner()
        let bytes: Int
        let records: RecordScanner.Summary
        do {
            bytes = try await BatchBody.read(body, isCompressed: shipment.isCompressed) { bytes, lines in
                try scanner.scan(bytes, lines)
                // No need to read on: it will be refused for its count.
                return scanner.summary.count <= EdgeProtocol.maxBatchRecords
            }
            records = try scanner.finish()
        } catch {
            throw refusal(for: error, shipment, recordsBefore: scanner.summary.count)
        }
        try checkCount(records, shipment)
        return Contents(
            body: shipment.isCompressed ? body : try Gzip.compress(body, level: 1), bytes: bytes,
            recordCount: Int64(records.count), isGap: records.count == 1 && records.gap != nil,
            firstTime: records.firstTime, lastTime: records.lastTime)
    }

    private static func refusal(for error: any Error, _ shipment: LogShipment, recordsBefore count: Int) -> any Error {
        switch error {
        case let fault as RecordScanner.Fault:
            LogRefusal(
                refusal: .invalid("body[\(fault.index)]", fault.rule, fault.detail),
                record: shipment.first + Int64(fault.index))
        case is BatchBody.LineTooLong:
            LogRefusal(
                refusal: .tooLarge(limitBytes: BatchBody.maxLineBytes), record: shipment.first + Int64(count))
        case let error as ArchiveError where error.code == .outputTooLarge:
            Refusal.tooLarge(limitBytes: EdgeProtocol.maxBatchUnpackedBytes)
        case is ArchiveError: Refusal.malformed("the body is not one whole gzip stream")
        default: error
        }
    }

    private static func checkCount(_ records: RecordScanner.Summary, _ shipment: LogShipment) throws {
        if records.count == 1, let gap = records.gap {
            guard gap.from == shipment.first, gap.to == shipment.last else {
                throw Refusal.invalid(
                    "body[0].gap", "range", "a gap covers exactly the range of the headers")
            }
            return
        }
        guard records.count <= EdgeProtocol.maxBatchRecords else {
            throw Refusal.invalid(EdgeProtocol.countHeader, "count", "at most \(EdgeProtocol.maxBatchRecords) records")
        }
        guard Int64(records.count) == shipment.count else {
            throw Refusal.invalid(EdgeProtocol.countHeader, "count", "the body has \(records.count) records")
        }
    }
}
