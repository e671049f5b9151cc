import FoundationEssentials

/// Checks a batch of NDJSON records in one pass, whole lines at a time: each line one JSON object (RFC 8259), UTF-8,
/// nesting at most 64. Keeps nothing of a record but its member `time`.
struct RecordScanner {
    struct Summary {
        var count = 0
        var firstTime: Date?
        var lastTime: Date?
        /// Of a gap record: `{"gap":{"from":…,"to":…,"reason":…}}`.
        var gap: Gap?
    }

    /// Sequence numbers that an edge lost, both included.
    struct Gap: Equatable {
        let from: Int64
        let to: Int64
    }

    /// A record that is not one.
    struct Fault: Error, Equatable {
        /// Counted from 0.
        let index: Int
        let rule: String
        let detail: String
    }

    private(set) var summary = Summary()

    /// Takes the next lines of the batch.
    /// - Throws: `Fault` for the first record that is not a JSON object in UTF-8.
    mutating func scan(_ bytes: [UInt8], _ lines: Range<Int>) throws(Fault) {
        var reader = JSONReader(bytes, in: lines)
        while reader.skipBlankLines() {
            let start = reader.offset
            try Self.record(&reader, into: &summary)
            guard (try? UTF8Span(validating: bytes.span.extracting(start..<reader.offset))) != nil else {
                throw Fault(index: summary.count, rule: "utf8", detail: "the record is not UTF-8")
            }
            summary.count += 1
        }
    }

    /// What the whole batch holds.
    /// - Throws: `Fault` for a batch without records.
    func finish() throws(Fault) -> Summary {
        guard summary.count > 0 else { throw Fault(index: 0, rule: "not_empty", detail: "the batch has no records") }
        return summary
    }

    private static func record(_ reader: inout JSONReader, into summary: inout Summary) throws(Fault) {
        var time: Range<Int>?
        var gap: Range<Int>?
        var members = 0
        var metadataCount = 0
        var hasEscapedKey = false
        let look = reader
        let isObject = reader.object { key, value in
            members += 1
            hasEscapedKey = hasEscapedKey || look.holdsEscape(key)
            if look.matches(key, "time") {
                time = value
            } else if look.matches(key, "metadata") {
                metadataCount += 1
            } else if look.matches(key, "gap") {
                gap = value
            }
        }
        guard isObject, reader.endOfLine() else {
            throw Fault(index: summary.count, rule: "json_object", detail: "not one JSON object on a line of its own")
        }
        // The server's word goes into one of them, and a reader might look at the other (EDGE-23).
        guard metadataCount < 2, !hasEscapedKey else {
            throw Fault(
                index: summary.count, rule: "unique_keys", detail: "metadata stands there twice, or a key is escaped")
        }
        // Times that the database's type can't hold are left out; the record itself stays as it is.
        if let milliseconds = time.flatMap(reader.integer), (0...253_402_300_799_999).contains(milliseconds) {
            let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            if summary.firstTime == nil { summary.firstTime = date }
            summary.lastTime = date
        }
        // A record that has other members too is data, whatever it calls them.
        if let gap, members == 1 { summary.gap = Self.gap(in: reader, gap) }
    }

    private static func gap(in reader: JSONReader, _ range: Range<Int>) -> Gap? {
        var from: Int64?
        var to: Int64?
        var inner = JSONReader(reader.bytes, in: range)
        let isObject = inner.object { key, value in
            if reader.matches(key, "from") { from = reader.integer(value) }
            if reader.matches(key, "to") { to = reader.integer(value) }
        }
        guard isObject, let from, let to else { return nil }
        return Gap(from: from, to: to)
    }
}
