package import Domain
import FoundationEssentials

/// Writes `Encodable` values as the API's JSON in one pass over one buffer: members in the order of their declaration,
/// keys in snake case, times by `Timestamp`. Foundation's encoder builds a tree first and converts each key each time.
///
/// A container that was asked for by hand is closed when its parent goes on, so it must be asked for members at once.
final class JSONOutput {
    private(set) var bytes: [UInt8] = []
    /// The brackets that will close what is open, innermost last.
    private var closers: [UInt8] = []
    /// Whether something stands before the next member or element of the innermost container.
    private var needsComma = false

    /// The JSON text of a value.
    /// - Throws: `EncodingError` for a number that is not finite; what the value's own encoding throws.
    static func bytes(of value: some Encodable) throws -> [UInt8] {
        let output = JSONOutput()
        output.bytes.reserveCapacity(2048)
        try output.write(value)
        return output.bytes
    }

    /// Writes one value where the buffer stands.
    func write<T: Encodable>(_ value: T) throws {
        if T.self == Date.self, let date = value as? Date { return write(Timestamp.text(date)) }
        if T.self == JSONText.self, let json = value as? JSONText { return write(literal: json.text) }
        let (depth, start) = (closers.count, bytes.count)
        try value.encode(to: JSONElement(output: self, depth: depth))
        close(downTo: depth)
        // A value that asked for nothing has no members.
        if bytes.count == start { bytes.append(contentsOf: "{}".utf8) }
        needsComma = true
    }

    func write(_ text: String) {
        Self.append(text, to: &bytes)
        needsComma = true
    }

    /// Text that is JSON already: a number, `true`, `null`.
    func write(literal: String) {
        bytes.append(contentsOf: literal.utf8)
        needsComma = true
    }

    /// Begins an object or array that stands at this depth; asked for again, it goes on.
    func open(_ bracket: UInt8, _ closer: UInt8, at depth: Int) {
        guard closers.count == depth else { return }
        bytes.append(bracket)
        closers.append(closer)
        needsComma = false
    }

    /// Begins the next member of the object at this depth.
    func beginMember(_ key: String, isVerbatim: Bool, at depth: Int) {
        beginElement(at: depth)
        if isVerbatim {
            Self.append(key, to: &bytes)
        } else {
            bytes.append(UInt8(ascii: "\""))
            Self.appendSnakeCase(key, to: &bytes)
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: ":"))
    }

    /// Begins the next element of the array at this depth.
    func beginElement(at depth: Int) {
        close(downTo: depth + 1)
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = false
    }

    /// The encoder of a value inside the innermost container.
    func nested() -> JSONElement { JSONElement(output: self, depth: closers.count) }

    private func close(downTo depth: Int) {
        while closers.count > depth, let closer = closers.popLast() {
            bytes.append(closer)
            needsComma = true
        }
    }

    /// `workspaceId` is `workspace_id`, `engineUrl` is `engine_url`; capitals side by side are not parted.
    static func appendSnakeCase(_ key: String, to bytes: inout [UInt8]) {
        var wasUpper = true
        for letter in key.utf8 {
            let isUpper = (65...90).contains(letter)
            if isUpper, !wasUpper { bytes.append(UInt8(ascii: "_")) }
            bytes.append(isUpper ? letter + 32 : letter)
            wasUpper = isUpper
        }
    }

    /// A string with its quotes. Slashes stay as they are.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        if bytes[start...].contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
            bytes.removeSubrange(start...)
            for byte in text.utf8 { appendEscaped(byte, to: &bytes) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func appendEscaped(_ byte: UInt8, to bytes: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0x0A: bytes.append(contentsOf: "\\n".utf8)
        case 0x0D: bytes.append(contentsOf: "\\r".utf8)
        case 0x09: bytes.append(contentsOf: "\\t".utf8)
        case 0..<0x20: bytes.append(contentsOf: "\\u00\(Hex.encode([byte]))".utf8)
        default: bytes.append(byte)
        }
    }
}

/// A document that is written as it stands, without being read.
extension JSONText: Encodable {
    /// - Throws: `EncodingError`: only `JSONOutput` can write text that is JSON already.
    package func encode(to _: any Encoder) throws {
        throw EncodingError.invalidValue(self, .init(codingPath: [], debugDescription: "JSONOutput writes it"))
    }
}
