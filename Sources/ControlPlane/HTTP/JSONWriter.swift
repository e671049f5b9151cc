import Domain

/// Writes JSON text into one buffer, member by member, in the order it is told. Keys stand in the code as they go out,
/// so that they can be searched for.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []

    /// The JSON text of a value.
    static func bytes(of value: some JSONWritable) -> [UInt8] {
        var json = JSONWriter()
        json.bytes.reserveCapacity(2048)
        value.write(to: &json)
        return json.bytes
    }

    /// An object; the body writes its members.
    mutating func object(_ members: (inout JSONWriter) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        members(&self)
        bytes.append(UInt8(ascii: "}"))
    }

    /// An array of values.
    mutating func array(_ elements: some Sequence<some JSONWritable>) {
        bytes.append(UInt8(ascii: "["))
        for element in elements {
            separate()
            element.write(to: &self)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// A member of the object that was begun last.
    mutating func member(_ name: StaticString, _ value: some JSONWritable) {
        key(name)
        value.write(to: &self)
    }

    /// A member that is left out without a value.
    mutating func member(_ name: StaticString, ifAny value: (some JSONWritable)?) {
        if let value { member(name, value) }
    }

    /// A member that is an object; the body writes its members.
    mutating func member(_ name: StaticString, _ members: (inout JSONWriter) -> Void) {
        key(name)
        object(members)
    }

    /// Members whose names are data, in the order of the names.
    mutating func members(_ values: [String: some JSONWritable]) {
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            separate()
            string(name)
            bytes.append(UInt8(ascii: ":"))
            value.write(to: &self)
        }
    }

    /// A string with its quotes. Slashes stay as they are.
    mutating func string(_ text: String) { Self.append(text, to: &bytes) }

    /// Text that is JSON already: a number, `true`, a stored document.
    mutating func literal(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    /// The comma, unless the innermost container was just begun: no value ends in an opening bracket.
    private mutating func separate() {
        switch bytes.last {
        case UInt8(ascii: "{"), UInt8(ascii: "["): break
        default: bytes.append(UInt8(ascii: ","))
        }
    }

    /// Appends a string with its quotes.
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
