import Domain

/// Reads a zip archive (APPNOTE 6.3.10) in one pass while it streams by, without unpacking it to disk: local headers and
/// data as they come, then the central directory, which must agree with them in everything.
///
/// What differs between readers is refused, because another reader could then see other files: gaps, overlaps, files
/// that only one of the two directories names, encryption, several disks, methods other than stored and deflate.
struct ZipInspector<Layout: ZipLayout>: FormatInspector {
    private var layout: Layout
    private var data: ZipDataReader
    private var directory = ZipDirectory()
    private var entries: [ZipEntry] = []
    private var phase = Phase.record
    private var buffer: [UInt8] = []
    private var needed = 4
    /// Bytes of the archive so far.
    private var position: UInt64 = 0

    private enum Phase { case record, data, finished }

    static var rule: FormatRule { ZipRecord.rule }

    init(_ layout: Layout, unpackedLimit: Int64) throws(Refusal) {
        self.layout = layout
        data = try ZipDataReader(unpackedLimit: UInt64(clamping: unpackedLimit))
    }

    mutating func consume(_ bytes: Span<UInt8>) throws(Refusal) {
        var offset = 0
        while offset < bytes.count {
            let start = offset
            switch phase {
            case .record:
                let end = min(bytes.count, offset + needed - buffer.count)
                buffer.append(bytes.extracting(offset..<end))
                offset = end
                position += UInt64(offset - start)
                if buffer.count == needed { try advanceRecord() }
            case .data:
                let isEnded = try data.consume(bytes, &offset, archiveBytes: position, &layout)
                position += UInt64(offset - start)
                if isEnded { try endEntry() }
            case .finished: throw Self.rule.refusal("bytes follow the end of the archive")
            }
        }
    }

    mutating func finish() throws(Refusal) -> ModelInspection {
        guard position > 0 else { throw FormatRule.empty }
        guard case .finished = phase else { throw Self.rule.refusal("the archive is truncated") }
        let listing = ZipListing(entries: entries)
        try ZipDirectory.requireTree(listing)
        var inspection = try layout.finish(listing)
        inspection.archive = listing.summary
        return inspection
    }

    /// `buffer` has as many bytes as were asked for: asks for more, or takes the record.
    private mutating func advanceRecord() throws(Refusal) {
        let length = try ZipRecord.length(of: buffer, entries.isEmpty && directory.count == 0)
        guard length <= buffer.count else {
            needed = length
            return
        }
        let record = buffer
        let start = position - UInt64(record.count)
        buffer = []
        needed = 4
        switch ZipRecord.kind(of: record) {
        case .local: try begin(try ZipRecord.local(record, at: start))
        case .central: try directory.takeCentral(record, at: start, entries)
        case .end64: try directory.takeEnd64(record, at: start)
        case .locator64: try directory.takeLocator(record)
        case .end:
            try directory.takeEnd(record, at: start, entries.count)
            phase = .finished
        case nil: throw Self.rule.refusal("not a zip archive")
        }
    }

    private mutating func begin(_ header: ZipRecord.Local) throws(Refusal) {
        guard directory.count == 0 else { throw Self.rule.refusal("a file behind the directory") }
        try directory.takeLocal(header.entry)
        entries.append(header.entry)
        try layout.begin(header.entry)
        data.begin(header)
        phase = .data
        if data.isEmpty { try endEntry() }
    }

    private mutating func endEntry() throws(Refusal) {
        phase = .record
        entries[entries.count - 1] = try data.finished()
        try layout.end()
    }
}
