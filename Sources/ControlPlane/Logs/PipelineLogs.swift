import Auth
import Domain
import FoundationEssentials
import Persistence

/// Inference logs of a pipeline, as its members read them.
package struct PipelineLogs: Sendable {
    let database: Database
    /// An answer takes up to about a hundred MiB while it is made.
    let making: Gate

    /// Where a reading stopped: `skip` records of batch `batch` (newest first) were given out.
    struct Position: Sendable, Hashable, LosslessStringConvertible {
        let batch: Int64
        let skip: Int

        init(batch: Int64, skip: Int) {
            self.batch = batch
            self.skip = skip
        }

        init?(_ description: String) {
            let parts = description.split(separator: ".")
            guard parts.count == 2, let batch = Int64(parts[0]), let skip = Int(parts[1]), skip >= 0,
                (1..<Int64.max).contains(batch)
            else { return nil }
            self.init(batch: batch, skip: skip)
        }

        var description: String { "\(batch).\(skip)" }
    }

    /// Why an answer ended (sdk-wire.md, section 3.6).
    enum Status: String, Sendable {
        case all = "All"
        case recordLimited = "RecordLimited"
        case byteLimited = "ByteLimited"
    }

    struct Answer: Sendable {
        var records: [[UInt8]] = []
        var status = Status.all
        var next: Position?
    }

    /// An answer stops at this many bytes.
    static let maxAnswerBytes = 16 << 20
    private static let batchesAtOnce = 4

    /// The newest records first (LOG-02).
    /// - Throws: `Refusal.notFound`; unavailable when too many are read at once.
    func read(_ id: PipelineID, limit: Int, from position: Position?, by principal: Principal) async throws -> Answer {
        guard try await database.run(.pipeline(id), as: principal) != nil else { throw Refusal.notFound(.pipeline) }
        return try await making.pass { try await answer(id, limit: limit, from: position, by: principal) }
    }

    private func answer(_ id: PipelineID, limit: Int, from position: Position?, by principal: Principal) async throws
        -> Answer
    {
        var answer = Answer()
        var bytes = 0
        var before = position.map { $0.batch + 1 }
        while true {
            let batches = try await database.run(
                .logBatches(of: id, before: before, limit: Self.batchesAtOnce), as: principal)
            for batch in batches {
                let skip = batch.id == position?.batch ? position?.skip ?? 0 : 0
                if try await Self.take(batch, skip: skip, limit: limit, into: &answer, &bytes) { return answer }
            }
            guard let last = batches.last, batches.count == Self.batchesAtOnce else { return answer }
            before = last.id
        }
    }

    /// Adds a batch's records; true when the answer is full.
    private static func take(
        _ batch: LogBatch, skip: Int, limit: Int, into answer: inout Answer, _ bytes: inout Int
    ) async throws -> Bool {
        let available = Int(batch.recordCount) - skip
        guard available > 0 else { return false }
        let wanted = limit - answer.records.count
        let room = maxAnswerBytes - bytes
        var taken = 0
        if wanted > 0, room > 0 {
            let records = try await StoredRecord.newestFirst(
                batch, skip: skip, count: min(wanted, available), bytes: room)
            for record in records {
                let stamped = StoredRecord.stamped(
                    record, partition: batch.partition, pipelineVersion: batch.pipelineVersionID)
                bytes += stamped.count
                answer.records.append(stamped)
            }
            taken = records.count
        }
        guard taken < available else { return false }
        answer.status = taken == wanted ? .recordLimited : .byteLimited
        answer.next = Position(batch: batch.id, skip: skip + taken)
        return true
    }
}
