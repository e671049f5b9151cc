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

    /// What a checked body holds.
    private struct Contents: Sendable {
        var body: [UInt8]
        var bytes: Int
        var recordCount: Int64
        var isGap: Bool
        var firstTime: Date?
        var lastTime: Date?
    }

    /// Stores a batch; answers only after the commit.
    /// - Throws: `LogRefusal` with the stream's position (gap in the sequence) or the record at fault; `Refusal`: forbidden
    ///   for an edge that is removed, superseded or was silent too long.
    func take(_ shipment: LogShipment, _ body: [UInt8], from edge: EdgePrincipal) async throws -> EdgeProtocol.LogAck {
        let contents = try Self.check(body, shipment)
        let now = time.now()
        let outcome = try await database.system(because: "an edge is not a user").write {
            tx -> Result<EdgeProtocol.LogAck, LogRefusal> in
            guard
                try tx.run(
                    .noteEdgeContact(
                        edge.edgeID, serial: edge.serial.bytes, at: now, notBefore: now - Edge.contactLimit)) == 1,
                let row = try tx.run(.edge(edge.edgeID))
            else {
                return .failure(
                    LogRefusal(
                        refusal: .forbidden("this edge was removed or its identity has expired; it needs a new bundle"))
                )
            }
            _ = try tx.run(.confirmJoinToken(edge: edge.edgeID, serial: edge.serial.bytes, at: now))
            return try Self.store(shipment, contents, row, at: now, tx)
        }
        return try outcome.get()
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

    /// Digest, size, encoding and every record, before the database is asked anything.
    private static func check(_ body: [UInt8], _ shipment: LogShipment) throws -> Contents {
        guard Digest(hashing: body) == shipment.digest else {
            throw Refusal.invalid(EdgeProtocol.digestHeader, "digest", "the body received does not have this digest")
        }
        let plain: [UInt8]
        if shipment.isCompressed {
            do {
                plain = try Gzip.inflate(body, limit: EdgeProtocol.maxBatchUnpackedBytes)
            } catch  where error.code == .outputTooLarge {
                throw Refusal.tooLarge(limitBytes: EdgeProtocol.maxBatchUnpackedBytes)
            } catch {
                throw Refusal.malformed("the body is not one whole gzip stream")
            }
        } else {
            plain = body
        }
        let records: RecordScanner.Summary
        do {
            records = try RecordScanner.scan(plain)
        } catch {
            throw LogRefusal(
                refusal: .invalid("body[\(error.index)]", error.rule, error.detail),
                record: shipment.first + Int64(error.index))
        }
        try checkCount(records, shipment)
        return Contents(
            body: shipment.isCompressed ? body : try Gzip.compress(plain, level: 1), bytes: plain.count,
            recordCount: Int64(records.count), isGap: records.count == 1 && records.gap != nil,
            firstTime: records.firstTime,
            lastTime: records.lastTime)
    }

    private static func checkCount(_ records: RecordScanner.Summary, _ shipment: LogShipment) throws {
        if records.count == 1, let gap = records.gap {
            guard gap.from == shipment.first, gap.to == shipment.last else {
                throw Refusal.invalid(
                    "body[0].gap", "range", "a gap covers exactly the range of the headers")
            }
            return
        }
        guard Int64(records.count) == shipment.count else {
            throw Refusal.invalid(EdgeProtocol.countHeader, "count", "the body has \(records.count) records")
        }
        guard records.count <= EdgeProtocol.maxBatchRecords else {
            throw Refusal.invalid(EdgeProtocol.countHeader, "count", "at most \(EdgeProtocol.maxBatchRecords) records")
        }
    }
}
