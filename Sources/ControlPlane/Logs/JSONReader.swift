/// A strict JSON reader (RFC 8259) over one line's worth of grammar at a time. It builds nothing: it moves along and
/// says where things are. White space inside a record is space, tab and CR; LF ends a record. The bytes must be UTF-8.
struct JSONReader {
    let bytes: [UInt8]
    private(set) var offset: Int
    private let end: Int
    private static let maxDepth = 64

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        offset = 0
        end = bytes.count
    }

    /// Reads within a part of the bytes.
    init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    /// Moves to the next line that holds anything; false at the end.
    mutating func skipBlankLines() -> Bool {
        while offset < end, bytes[offset] == 0x0A || Self.isSpace(bytes[offset]) { offset += 1 }
        return offset < end
    }

    /// Moves past the rest of a line, which must be blank.
    mutating func endOfLine() -> Bool {
        skipSpace()
        guard offset < end else { return true }
        guard bytes[offset] == 0x0A else { return false }
        offset += 1
        return true
    }

    /// Reads an object and hands over the place of each key (without quotes) and value.
    /// - Returns: false when what stands here is not an object.
    mutating func object(depth: Int = 0, _ visit: (_ key: Range<Int>, _ value: Range<Int>) -> Void) -> Bool {
        skipSpace()
        guard depth < Self.maxDepth, take(UInt8(ascii: "{")) else { return false }
        skipSpace()
        if take(UInt8(ascii: "}")) { return true }
        while true {
            skipSpace()
            let keyStart = offset + 1
            guard string() else { return false }
            let key = keyStart..<offset - 1
            skipSpace()
            guard take(UInt8(ascii: ":")) else { return false }
            skipSpace()
            let start = offset
            guard value(depth: depth + 1) else { return false }
            visit(key, start..<offset)
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            return take(UInt8(ascii: "}"))
        }
    }

    /// Whether the bytes at a place are exactly this ASCII text.
    func matches(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { expected in
            for index in 0..<range.count where unsafe bytes[range.lowerBound + index] != expected[index] {
                return false
            }
            return true
        }
    }

    /// Whether a key is written with escapes, so that its bytes are not its text.
    func holdsEscape(_ range: Range<Int>) -> Bool { bytes[range].contains(UInt8(ascii: "\\")) }

    /// A whole number at a place, `nil` for anything else.
    func integer(_ range: Range<Int>) -> Int64? {
        guard range.count <= 20 else { return nil }
        return Int64(String(decoding: bytes[range], as: UTF8.self))
    }

    private mutating func value(depth: Int) -> Bool {
        guard offset < end, depth < Self.maxDepth else { return false }
        switch bytes[offset] {
        case UInt8(ascii: "{"): return object(depth: depth) { _, _ in }
        case UInt8(ascii: "["): return array(depth: depth)
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "t"): return word("true")
        case UInt8(ascii: "f"): return word("false")
        case UInt8(ascii: "n"): return word("null")
        default: return number()
        }
    }

    private mutating func array(depth: Int) -> Bool {
        offset += 1
        skipSpace()
        if take(UInt8(ascii: "]")) { return true }
        while true {
            skipSpace()
            guard value(depth: depth + 1) else { return false }
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            return take(UInt8(ascii: "]"))
        }
    }

    private mutating func string() -> Bool {
        guard take(UInt8(ascii: "\"")) else { return false }
        while offset < end {
            let byte = bytes[offset]
            offset += 1
            if byte == UInt8(ascii: "\"") { return true }
            if byte < 0x20 { return false }
            if byte == UInt8(ascii: "\\"), !escape() { return false }
        }
        return false
    }

    private mutating func escape() -> Bool {
        guard offset < end else { return false }
        let byte = bytes[offset]
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return true
        case UInt8(ascii: "u"):
            guard end - offset >= 4, bytes[offset..<offset + 4].allSatisfy(Self.isHexDigit) else { return false }
            offset += 4
            return true
        default: return false
        }
    }

    /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
    private mutating func number() -> Bool {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")), !digits() { return false }
        if take(UInt8(ascii: ".")), !digits() { return false }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            return digits()
        }
        return true
    }

    private mutating func digits() -> Bool {
        let start = offset
        while offset < end, (48...57).contains(bytes[offset]) { offset += 1 }
        return offset > start
    }

    private mutating func word(_ text: StaticString) -> Bool {
        let range = offset..<min(end, offset + text.utf8CodeUnitCount)
        guard matches(range, text) else { return false }
        offset = range.upperBound
        return true
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard offset < end, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    private mutating func skipSpace() {
        while offset < end, Self.isSpace(bytes[offset]) { offset += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...70, 97...102: true
        default: false
        }
    }
}
