package import FoundationEssentials

/// Runs of combining marks in text from outside.
///
/// `String` compares and hashes by canonical equivalence, for which it sorts the marks behind a letter; the time for
/// that grows with the square of their number, so a text of some thousand marks would hold a thread for seconds. Real
/// writing has a handful. Whatever comes from outside is looked at here before it is compared as a `String`.
package enum MarkRuns {
    /// The most marks (scalars with a combining class) in a row.
    package static let limit = 64

    /// Whether UTF-8 text has no longer run. Bytes that are no UTF-8 count as the end of a run.
    package static func areShort(_ bytes: Span<UInt8>) -> Bool { scan(bytes, escapes: false) }

    /// Whether UTF-8 text has no longer run.
    package static func areShort(_ bytes: [UInt8]) -> Bool { areShort(bytes.span) }

    /// Whether a text has no longer run.
    package static func areShort(_ text: String) -> Bool { areShort(text.utf8.span) }

    /// Whether a JSON document in UTF-8 has no longer run, be it written as it is or as `\u0301`. False for one in
    /// another encoding too (it has zero bytes), which `JSONDecoder` would take.
    package static func areShort(inJSON bytes: Span<UInt8>) -> Bool { scan(bytes, escapes: true) }

    private static func scan(_ bytes: Span<UInt8>, escapes: Bool) -> Bool {
        var run = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            // Below U+0300, whose first byte is 0xCC, there are no marks.
            if byte < 0xCC {
                if byte == UInt8(ascii: "\\"), escapes {
                    let (scalar, length) = escape(bytes, index)
                    index += length
                    // What else stands behind a backslash may be nothing at all (a continued line of JSON5).
                    if let scalar { run = isMark(scalar) ? run + 1 : 0 }
                    if run > limit { return false }
                    continue
                }
                if byte == 0, escapes { return false }
                if byte < 0x80 || byte >= 0xC0 { run = 0 }
                index += 1
                continue
            }
            let (scalar, length) = decode(bytes, index)
            index += length
            run = isMark(scalar) ? run + 1 : 0
            if run > limit { return false }
        }
        return true
    }

    private static func isMark(_ value: UInt32) -> Bool {
        guard value >= 0x300, let scalar = Unicode.Scalar(value) else { return false }
        // Three Tibetan vowels have no class themselves and decompose into marks.
        if value == 0x0F73 || value == 0x0F75 || value == 0x0F81 { return true }
        return scalar.properties.canonicalCombiningClass != .notReordered
    }

    /// The scalar of two to four bytes at a place, 0 when there is none.
    private static func decode(_ bytes: Span<UInt8>, _ index: Int) -> (UInt32, Int) {
        let first = bytes[index]
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard index + length <= bytes.count else { return (0, bytes.count - index) }
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for place in index + 1..<index + length {
            guard bytes[place] & 0xC0 == 0x80 else { return (0, 1) }
            value = value << 6 | UInt32(bytes[place] & 0x3F)
        }
        return (value, length)
    }

    /// The scalar of `\uXXXX`, or of two of them that are a surrogate pair; `nil` for another escape.
    private static func escape(_ bytes: Span<UInt8>, _ index: Int) -> (UInt32?, Int) {
        guard let high = unit(bytes, index) else { return (nil, 2) }
        guard (0xD800..<0xDC00).contains(high), let low = unit(bytes, index + 6), (0xDC00..<0xE000).contains(low)
        else { return (high, 6) }
        return (0x10000 + (high - 0xD800) << 10 + (low - 0xDC00), 12)
    }

    private static func unit(_ bytes: Span<UInt8>, _ index: Int) -> UInt32? {
        guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
        else { return nil }
        var value: UInt32 = 0
        for place in index + 2..<index + 6 {
            guard let digit = Character(Unicode.Scalar(bytes[place])).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}

extension JSONDecoder {
    /// As `decode`, for documents from outside.
    /// - Throws: `DecodingError`, also for a run of marks that `MarkRuns` does not allow.
    package func decodeForeign<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        guard MarkRuns.areShort(inJSON: data.span) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: "over \(MarkRuns.limit) combining marks in a row"))
        }
        return try decode(type, from: data)
    }
}
