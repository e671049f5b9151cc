import Domain

/// Reads the fields of one small protocol-buffers message that stands in memory (protobuf encoding specification).
struct ProtobufReader {
    private static let textLimit = 1024

    private let bytes: [UInt8]
    private let rule: FormatRule
    private var offset = 0

    init(_ bytes: [UInt8], _ rule: FormatRule) {
        self.bytes = bytes
        self.rule = rule
    }

    /// The text of a field.
    /// - Throws: `Refusal.invalid` when it is longer than 1 KiB, is not UTF-8, has a zero in it, which PostgreSQL does
    ///   not store, or a long run of combining marks, which take for ever to compare.
    static func text(_ bytes: [UInt8], _ rule: FormatRule) throws(Refusal) -> String {
        guard bytes.count <= textLimit, MarkRuns.areShort(bytes) else {
            throw rule.refusal("a name of over 1 KiB, or with over \(MarkRuns.limit) combining marks in a row")
        }
        guard let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else {
            throw rule.refusal("a name is not UTF-8 text")
        }
        return text
    }

    struct Field {
        let number: UInt64
        let value: Value
    }
    enum Value {
        case varint(UInt64)
        case bytes([UInt8])
        case fixed
    }

    /// The next field, `nil` at the end.
    /// - Throws: `Refusal.invalid` when a field does not fit into the message.
    mutating func next() throws(Refusal) -> Field? {
        guard offset < bytes.count else { return nil }
        let tag = try varint()
        guard tag >> 3 > 0 else { throw rule.refusal("a field has number 0") }
        switch tag & 7 {
        case 0: return Field(number: tag >> 3, value: .varint(try varint()))
        case 1:
            _ = try take(8)
            return Field(number: tag >> 3, value: .fixed)
        case 2: return Field(number: tag >> 3, value: .bytes(try take(try varint())))
        case 5:
            _ = try take(4)
            return Field(number: tag >> 3, value: .fixed)
        default: throw rule.refusal("a field has an unknown wire type")
        }
    }

    private mutating func take(_ count: UInt64) throws(Refusal) -> [UInt8] {
        guard count <= UInt64(bytes.count - offset) else {
            throw rule.refusal("a field is longer than its message")
        }
        defer { offset += Int(count) }
        return Array(bytes[offset..<offset + Int(count)])
    }

    private mutating func varint() throws(Refusal) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard offset < bytes.count else { throw rule.refusal("a number is cut off") }
            let byte = bytes[offset]
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw rule.refusal("a number has more than 10 bytes")
    }
}
