import Domain

/// The logical lines of a Python file (Python language reference, section 2.1): comments gone, strings empty, lines in
/// brackets joined. Enough to find what stands at the top level, without understanding the rest.
struct PythonLines {
    struct Line {
        /// Blanks before it.
        let indentation: Int
        /// The first 4096 bytes.
        let text: String
    }

    private static let textLimit = 4096

    private let bytes: [UInt8]
    private let place: String
    private let rule: FormatRule
    private var offset = 0
    private var number = 1

    /// - Parameter place: the file's name, for refusals.
    init(_ text: String, place: String, rule: FormatRule) {
        // A byte order mark may stand before the text.
        bytes = Array((text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]).utf8)
        self.place = place
        self.rule = rule
    }

    /// The next line that is not empty.
    /// - Throws: `Refusal.invalid` for a string or bracket that is not closed, which no Python reads.
    mutating func next() throws(Refusal) -> Line? {
        while offset < bytes.count {
            let indentation = skipBlanks()
            let text = try logicalLine()
            if !text.isEmpty { return Line(indentation: indentation, text: text) }
        }
        return nil
    }

    private mutating func skipBlanks() -> Int {
        var start = offset
        while offset < bytes.count, [0x20, 0x09, 0x0C].contains(bytes[offset]) {
            offset += 1
            // Behind a form feed Python counts anew.
            if bytes[offset - 1] == 0x0C { start = offset }
        }
        return offset - start
    }

    private mutating func logicalLine() throws(Refusal) -> String {
        var line: [UInt8] = []
        var brackets: [UInt8] = []
        while offset < bytes.count {
            let byte = bytes[offset]
            switch byte {
            case UInt8(ascii: "#"): skipComment()
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                try skipString(byte)
                line += [byte, byte]
            case UInt8(ascii: "\\"): try skipContinuation(&line)
            case 0x0A, 0x0D:
                skipNewline(byte)
                if brackets.isEmpty { return finished(line) }
                line.append(0x20)
            default:
                try Self.count(byte, &brackets) { () throws(Refusal) in try refuse("a bracket that does not fit") }
                line.append(byte)
                offset += 1
            }
            if line.count > Self.textLimit { line.removeLast(line.count - Self.textLimit) }
        }
        guard brackets.isEmpty else { throw refusal("a bracket that is not closed") }
        return finished(line)
    }

    private func finished(_ line: [UInt8]) -> String {
        var line = line[...]
        while let last = line.last, last == 0x20 || last == 0x09 { line.removeLast() }
        return String(decoding: line, as: UTF8.self)
    }

    private static func count(_ byte: UInt8, _ brackets: inout [UInt8], _ refuse: () throws(Refusal) -> Void)
        throws(Refusal)
    {
        switch byte {
        case UInt8(ascii: "("): brackets.append(UInt8(ascii: ")"))
        case UInt8(ascii: "["): brackets.append(UInt8(ascii: "]"))
        case UInt8(ascii: "{"): brackets.append(UInt8(ascii: "}"))
        case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
            if brackets.popLast() != byte { try refuse() }
        default: break
        }
    }

    private mutating func skipComment() {
        while offset < bytes.count, bytes[offset] != 0x0A, bytes[offset] != 0x0D { offset += 1 }
    }

    private mutating func skipNewline(_ byte: UInt8) {
        offset += 1
        if byte == 0x0D, offset < bytes.count, bytes[offset] == 0x0A { offset += 1 }
        number += 1
    }

    private mutating func skipContinuation(_ line: inout [UInt8]) throws(Refusal) {
        offset += 1
        guard offset < bytes.count, bytes[offset] == 0x0A || bytes[offset] == 0x0D else {
            throw refusal("a backslash in the middle of a line")
        }
        skipNewline(bytes[offset])
        line.append(0x20)
    }

    private mutating func skipString(_ quote: UInt8) throws(Refusal) {
        let start = number
        let isLong = offset + 2 < bytes.count && bytes[offset + 1] == quote && bytes[offset + 2] == quote
        offset += isLong ? 3 : 1
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\\"):
                offset += 1
                guard offset < bytes.count else { break }
                if bytes[offset] == 0x0A || bytes[offset] == 0x0D { skipNewline(bytes[offset]) } else { offset += 1 }
            case quote where !isLong:
                offset += 1
                return
            case quote where offset + 2 < bytes.count && bytes[offset + 1] == quote && bytes[offset + 2] == quote:
                offset += 3
                return
            case 0x0A, 0x0D:
                guard isLong else { throw refusal("a string that is not closed") }
                skipNewline(bytes[offset])
            default: offset += 1
            }
        }
        number = start
        throw refusal("a string that is not closed")
    }

    private func refuse(_ why: String) throws(Refusal) { throw refusal(why) }

    private func refusal(_ why: String) -> Refusal { rule.refusal("\(place), line \(number): \(why)") }
}
