/// The fields of an `application/x-www-form-urlencoded` body. A field that occurs twice is refused, one without a
/// value counts as absent (RFC 6749, section 3.2).
package struct FormFields: Sendable {
    static let maxBytes = 16 << 10
    static let maxFields = 32

    private let values: [String: String]

    /// - Throws: `TokenError` (`invalid_request`).
    package init(_ body: some Collection<UInt8>) throws(TokenError) {
        guard body.count <= Self.maxBytes else { throw TokenError(.invalidRequest, "The body is too long.") }
        var values: [String: String] = [:]
        var seen: Set<String> = []
        let pairs = body.split(separator: UInt8(ascii: "&"))
        guard pairs.count <= Self.maxFields else { throw TokenError(.invalidRequest, "There are too many fields.") }
        for pair in pairs {
            let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decode(halves[0]),
                let value = Self.decode(halves.count == 2 ? halves[1] : pair[..<pair.startIndex])
            else { throw TokenError(.invalidRequest, "The body is not valid form encoding of UTF-8 text.") }
            guard seen.insert(name).inserted else {
                throw TokenError(.invalidRequest, "A field occurs more than once.")
            }
            if !value.isEmpty { values[name] = value }
        }
        self.values = values
    }

    /// The value of a field, `nil` when it is absent or empty.
    package subscript(_ name: String) -> String? { values[name] }

    /// The fields in form encoding, in order of their names; a field that `change` gives no value is left out.
    package func encoded(_ change: (_ name: String, _ value: String) -> String?) -> String {
        values.sorted { $0.key < $1.key }.compactMap { name, value in
            change(name, value).map { "\(PercentEncoding.encode(name))=\(PercentEncoding.encode($0))" }
        }.joined(separator: "&")
    }

    /// `+` is a space, `%XX` a byte; bad escapes and text that is not UTF-8 are `nil`.
    private static func decode(_ text: some Collection<UInt8>) -> String? {
        var out: [UInt8] = []
        var iterator = text.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "+"): out.append(32)
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(nibble), let low = iterator.next().flatMap(nibble) else {
                    return nil
                }
                out.append(high << 4 | low)
            default: out.append(byte)
            }
        }
        return String(validating: out, as: UTF8.self)
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 97...102: digit - 87
        case 65...70: digit - 55
        default: nil
        }
    }
}
