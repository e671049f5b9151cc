import Domain
import FoundationEssentials

/// Records that the server will never take, one JSON object a line in `dead-letter.ndjson`: `epoch`, `seq`, `reason`
/// and the record's text as a string, because it need not be JSON.
package struct DeadLetters: Sendable {
    /// Name of a record that was refused.
    package struct Name: Codable, Hashable, Sendable {
        package let epoch: String
        package let seq: Int64
    }

    private struct Entry: Encodable {
        let epoch: String
        let seq: Int64
        let reason: String
        let record: String
    }

    private let path: String

    package init(persistDirectory: String) { path = persistDirectory + "/dead-letter.ndjson" }

    /// The records that stand in the file, so that a restart does not send them again.
    package func names() throws(EdgeAgentError) -> [Name] {
        let bytes = try Files.contents(path) ?? []
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap {
            try? JSONDecoder().decodeForeign(Name.self, from: Data($0))
        }
    }

    /// Adds a record; it is on the disk when this returns.
    package func add(_ record: ArraySlice<UInt8>, epoch: String, seq: Int64, reason: String) throws(EdgeAgentError) {
        let entry = Entry(epoch: epoch, seq: seq, reason: reason, record: String(decoding: record, as: UTF8.self))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let line = try? encoder.encode(entry) else {
            throw EdgeAgentError(.storage, "cannot encode a refused record")
        }
        let isNew = !Files.exists(path)
        let file = try File(path, for: .locking)
        let end = try file.sizeBytes()
        // A crash may have left half a line: it must not swallow this one.
        let last = end == 0 ? [UInt8(ascii: "\n")] : try file.read(1, at: end - 1)
        let isOnNewLine = last == [UInt8(ascii: "\n")]
        try file.write((isOnNewLine ? [] : [UInt8(ascii: "\n")]) + Array(line) + [UInt8(ascii: "\n")], at: end)
        try file.sync()
        if isNew { try Files.syncDirectory(of: path) }
    }
}
