import FoundationEssentials

/// Base64 with the URL-safe alphabet and no padding (RFC 4648, section 5; RFC 7515, section 2).
enum Base64URL {
    /// The text form of the bytes.
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        let standard = Data(bytes).base64EncodedData()
        let mapped = standard.lazy.filter { $0 != 61 }.map { byte -> UInt8 in
            switch byte {
            case 43: 45
            case 47: 95
            default: byte
            }
        }
        return String(decoding: Array(mapped), as: UTF8.self)
    }

    /// The bytes of the one canonical text, else `nil`: no padding, no foreign character, no bits left over, so that
    /// two different texts never mean the same bytes.
    static func decode(_ text: String) -> [UInt8]? {
        guard text.utf8.allSatisfy(isURLSafe) else { return nil }
        var standard = text.utf8.map { byte -> UInt8 in
            switch byte {
            case 45: 43
            case 95: 47
            default: byte
            }
        }
        while !standard.count.isMultiple(of: 4) { standard.append(61) }
        guard let data = Data(base64Encoded: Data(standard)), encode(data) == text else { return nil }
        return Array(data)
    }

    /// Whether a byte is a letter, a digit, `-` or `_`.
    static func isURLSafe(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, 45, 95: true
        default: false
        }
    }
}
