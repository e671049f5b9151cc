import Archive
import Domain
import FoundationEssentials
import Persistence

/// Stored records as they are given out: byte for byte what the edge sent, except `metadata.partition` and
/// `metadata.pipeline_version`, which are the server's word (LOG-12, LOG-35, EDGE-23).
enum StoredRecord {
    /// The newest records of a batch, newest first, after the `skip` newest: at most `count`, and no more than fit into
    /// `bytes`, but at least one when there is one. Only those are kept in memory.
    /// - Throws: `ArchiveError` for a body that is no longer what was stored.
    static func newestFirst(_ batch: LogBatch, skip: Int, count: Int, bytes: Int) async throws -> [[UInt8]] {
        let total = Int(batch.skipRecords + batch.recordCount)
        let end = total - skip
        let start = max(Int(batch.skipRecords), end - count)
        guard start < end else { return [] }
        var kept: [[UInt8]] = []
        var keptBytes = 0
        var index = 0
        _ = try await BatchBody.read(
            batch.body, isCompressed: true, maxLine: EdgeProtocol.maxBatchUnpackedBytes
        ) { piece, lines in
            for line in piece[lines].split(separator: 0x0A) where !line.allSatisfy(isSpace) {
                defer { index += 1 }
                guard index >= start else { continue }
                guard index < end else { return false }
                kept.append(Array(line))
                keptBytes += line.count
                while keptBytes > bytes, kept.count > 1 { keptBytes -= kept.removeFirst().count }
            }
            return true
        }
        return kept.reversed()
    }
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    /// One record with the server's metadata.
    static func stamped(_ record: [UInt8], partition: String, pipelineVersion: PipelineVersionID) -> [UInt8] {
        var metadata: Range<Int>?
        var reader = JSONReader(record)
        let look = reader
        guard reader.object({ key, value in if look.matches(key, "metadata") { metadata = value } }) else {
            return record
        }
        // Partition is a name and the version a UUID: neither needs escaping.
        let stamp = "\"partition\":\"\(partition)\",\"pipeline_version\":\"\(pipelineVersion)\""
        guard let metadata else {
            guard let close = record.lastIndex(of: UInt8(ascii: "}")) else { return record }
            let isEmpty = record[..<close].allSatisfy { $0 == UInt8(ascii: "{") || $0 == 0x20 || $0 == 0x09 }
            return Array(record[..<close]) + Array("\(isEmpty ? "" : ",")\"metadata\":{\(stamp)}}".utf8)
        }
        return Array(record[..<metadata.lowerBound]) + Array("{".utf8) + kept(record, metadata)
            + Array("\(stamp)}".utf8) + Array(record[metadata.upperBound...])
    }

    /// The members of the edge's own metadata that stay, each followed by a comma.
    private static func kept(_ record: [UInt8], _ metadata: Range<Int>) -> [UInt8] {
        var out: [UInt8] = []
        var reader = JSONReader(record, in: metadata)
        let look = reader
        _ = reader.object { key, value in
            // A key with escapes may be one of the two in disguise.
            guard !look.matches(key, "partition"), !look.matches(key, "pipeline_version"), !look.holdsEscape(key) else {
                return
            }
            out.append(contentsOf: record[key.lowerBound - 1..<value.upperBound])
            out.append(UInt8(ascii: ","))
        }
        return out
    }
}
