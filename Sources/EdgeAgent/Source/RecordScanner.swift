/// Finds records in the bytes of a document: NDJSON, or one JSON array of objects (pandas records).
///
/// It looks at structure only. A record is refused here when it is no object, is not UTF-8 or is too long to ship;
/// whether it is valid JSON is the server's to say.
package struct RecordScanner: Sendable {
    /// Where in the document the scanner stands; part of a `SourcePosition`.
    package enum Phase: String, Codable, Sendable {
        /// Nothing but white space has been seen.
        case start
        /// NDJSON, at the start of a line.
        case lines
        /// NDJSON, in a line that is too long.
        case longLine
        /// An array, before its first element.
        case firstElement
        /// An array, after a comma.
        case element
        /// An array, after an element.
        case afterElement
        /// After the array.
        case end
    }

    /// A record that was left out.
    package struct Refused: Sendable, Hashable {
        package let line: Int
        package let reason: String
    }

    /// Records found and left out, and how far the bytes are dealt with.
    package struct Found: Sendable {
        package var block = RecordBlock()
        package var refused: [Refused] = []
        package var consumed = 0
        /// Line of each record in `block`.
        var lines: [Int] = []
    }

    package private(set) var phase: Phase
    /// Line of the next unconsumed byte, from 1.
    package private(set) var line: Int
    private let maxRecordBytes: Int

    package init(phase: Phase = .start, line: Int = 1, maxRecordBytes: Int = RecordScanner.largestRecord) {
        self.phase = phase
        self.line = line
        self.maxRecordBytes = maxRecordBytes
    }

    /// Bytes of the largest record that fits into a batch even when it does not compress at all.
    package static let largestRecord = (4 << 20) - (64 << 10)

    /// Looks through bytes that follow what was consumed before.
    /// - Parameters:
    ///   - isFinal: nothing follows them now.
    ///   - mayGrow: more may be written later, so that a last line without its end is left alone unless it is whole.
    /// - Throws: `EdgeAgentError` with code `badInput` when an array is broken, so that no further record can be found.
    ///   What was found before that is in `found`.
    package mutating func scan(_ bytes: [UInt8], isFinal: Bool, mayGrow: Bool = false, into found: inout Found)
        throws(EdgeAgentError)
    {
        if phase == .start { try start(bytes, isFinal: isFinal, &found) }
        switch phase {
        case .start: break
        case .lines, .longLine: scanLines(bytes, isFinal: isFinal, mayGrow: mayGrow, &found)
        case .firstElement, .element, .afterElement, .end: try scanArray(bytes, isFinal: isFinal, &found)
        }
        refuseInvalidText(&found)
    }

    private mutating func start(_ bytes: [UInt8], isFinal: Bool, _ found: inout Found) throws(EdgeAgentError) {
        if found.consumed == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { found.consumed = 3 }
        skipSpace(bytes, &found)
        guard found.consumed < bytes.count else { return }
        if bytes[found.consumed] == UInt8(ascii: "[") {
            found.consumed += 1
            phase = .firstElement
        } else {
            phase = .lines
        }
    }

    private mutating func skipSpace(_ bytes: [UInt8], _ found: inout Found) {
        while found.consumed < bytes.count, Self.isSpace(bytes[found.consumed]) {
            if bytes[found.consumed] == 10 { line += 1 }
            found.consumed += 1
        }
    }

    private mutating func scanLines(_ bytes: [UInt8], isFinal: Bool, mayGrow: Bool, _ found: inout Found) {
        let span = bytes.span
        while found.consumed < span.count {
            var end = found.consumed
            while end < span.count, span[end] != 10 { end += 1 }
            let isWhole = end < span.count || (isFinal && (!mayGrow || Self.isObject(bytes, found.consumed..<end)))
            if !isWhole {
                if end - found.consumed > maxRecordBytes, phase == .lines {
                    found.refused.append(tooLong)
                    phase = .longLine
                }
                if phase == .longLine { found.consumed = end }
                return
            }
            if phase == .lines { takeLine(bytes, found.consumed..<end, &found) }
            phase = .lines
            line += 1
            found.consumed = min(end + 1, span.count)
        }
    }

    /// Whether the bytes are one object from its first bracket to its last.
    private static func isObject(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        guard let start = range.first(where: { !isSpace(bytes[$0]) }), bytes[start] == UInt8(ascii: "{"),
            let end = JSONObjectEnd.find(in: bytes, from: start)?.end
        else { return false }
        return bytes[end..<range.upperBound].allSatisfy(isSpace)
    }

    private mutating func takeLine(_ bytes: [UInt8], _ range: Range<Int>, _ found: inout Found) {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high, Self.isSpace(bytes[low]) { low += 1 }
        while low < high, Self.isSpace(bytes[high - 1]) { high -= 1 }
        guard low < high else { return }
        guard bytes[low] == UInt8(ascii: "{"), bytes[high - 1] == UInt8(ascii: "}"), high - low > 1 else {
            found.refused.append(Refused(line: line, reason: "not one JSON object on one line"))
            return
        }
        take(bytes[low..<high], &found)
    }

    private mutating func take(_ record: ArraySlice<UInt8>, _ found: inout Found) {
        guard record.count <= maxRecordBytes else {
            found.refused.append(tooLong)
            return
        }
        found.block.append(record)
        found.lines.append(line)
    }

    private mutating func scanArray(_ bytes: [UInt8], isFinal: Bool, _ found: inout Found) throws(EdgeAgentError) {
        while true {
            skipSpace(bytes, &found)
            guard found.consumed < bytes.count else { break }
            switch (phase, bytes[found.consumed]) {
            case (.firstElement, UInt8(ascii: "]")), (.afterElement, UInt8(ascii: "]")):
                found.consumed += 1
                phase = .end
            case (.afterElement, UInt8(ascii: ",")):
                found.consumed += 1
                phase = .element
            case (.firstElement, UInt8(ascii: "{")), (.element, UInt8(ascii: "{")):
                guard let object = JSONObjectEnd.find(in: bytes, from: found.consumed) else {
                    guard !isFinal, bytes.count - found.consumed <= maxRecordBytes else {
                        throw broken(isFinal ? "the array ends inside a record" : "the record is too long")
                    }
                    return
                }
                if object.hasControlInString {
                    found.refused.append(Refused(line: line, reason: "a control character in a string"))
                } else {
                    take(
                        object.isMultiline
                            ? Self.onOneLine(bytes, found.consumed..<object.end)
                            : bytes[found.consumed..<object.end], &found)
                }
                line += object.lineFeeds
                found.consumed = object.end
                phase = .afterElement
            default:
                throw broken("expected \(phase == .afterElement ? "',' or ']'" : phase == .end ? "nothing" : "'{'")")
            }
        }
        if isFinal, phase != .end { throw broken("the array is not closed") }
    }

    /// Turns the line breaks between tokens into spaces: a record is one line.
    private static func onOneLine(_ bytes: [UInt8], _ range: Range<Int>) -> ArraySlice<UInt8> {
        var copy = bytes[range]
        for index in range where copy[index] == 10 || copy[index] == 13 { copy[index] = 32 }
        return copy
    }

    /// Valid text is the rule, so all records are checked at once and one by one only when that fails.
    private func refuseInvalidText(_ found: inout Found) {
        guard !found.block.isEmpty, !Self.isText(found.block.bytes.span) else { return }
        let block = found.block
        let lines = found.lines
        let valid = (0..<block.count).map { Self.isText(block.bytes.span.extracting(block.range($0))) }
        for index in 0..<block.count where !valid[index] {
            found.refused.append(Refused(line: lines[index], reason: "not valid UTF-8"))
        }
        found.block = block.filtered { valid[$0] }
        found.lines = lines.indices.filter { valid[$0] }.map { lines[$0] }
        found.refused.sort { $0.line < $1.line }
    }

    private static func isText(_ bytes: Span<UInt8>) -> Bool { (try? UTF8Span(validating: bytes)) != nil }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...10).contains(byte) || byte == 13 }

    private var tooLong: Refused { Refused(line: line, reason: "longer than \(maxRecordBytes) bytes") }

    private func broken(_ what: String) -> EdgeAgentError { EdgeAgentError(.badInput, "line \(line): \(what)") }
}
