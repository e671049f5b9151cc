package import Domain
import FoundationEssentials

/// Writes `Encodable` values as the API's JSON in one pass over one buffer: keys in snake case and in order, times by
/// `Timestamp`. Foundation's encoder converts each key anew each time and builds a tree first.
final class JSONOutput {
    private enum Kind { case empty, value, object, array }

    /// An object or array that is being written, or a value of which nothing is known yet.
    private struct Frame {
        var kind = Kind.empty
        var start: Int
        /// Of an object: each key as it is written, and where its member begins.
        var members: [(key: [UInt8], start: Int)] = []
        var isSorted = true
        var count = 0
    }

    private(set) var bytes: [UInt8] = []
    private var frames: [Frame] = []

    /// The JSON text of a value.
    /// - Throws: `EncodingError` for a number that is not finite; what the value's own encoding throws.
    static func bytes(of value: some Encodable) throws -> [UInt8] {
        let output = JSONOutput()
        output.bytes.reserveCapacity(1024)
        try output.write(value)
        return output.bytes
    }

    /// Writes one value where the buffer stands.
    func write<T: Encodable>(_ value: T) throws {
        if T.self == String.self, let text = value as? String { return append(text) }
        if T.self == Int64.self, let number = value as? Int64 { return append(literal: String(number)) }
        if T.self == JSONText.self, let json = value as? JSONText { return append(literal: json.text) }
        if T.self == Date.self, let date = value as? Date { return append(Timestamp.text(date)) }
        let depth = frames.count
        frames.append(Frame(start: bytes.count))
        try value.encode(to: JSONElement(output: self, depth: depth))
        close(downTo: depth)
    }

    func append(_ text: String) { Self.append(text, to: &bytes) }

    /// Text that is JSON already: a number, `true`, `null`.
    func append(literal: String) { bytes.append(contentsOf: literal.utf8) }

    /// Says that the frame's value is none of object and array.
    func setValue(_ depth: Int) {
        close(downTo: depth + 1)
        frames[depth].kind = .value
    }

    func beginObject(_ depth: Int) {
        guard frames[depth].kind == .empty else { return }
        frames[depth].kind = .object
        bytes.append(UInt8(ascii: "{"))
    }

    func beginArray(_ depth: Int) {
        guard frames[depth].kind == .empty else { return }
        frames[depth].kind = .array
        bytes.append(UInt8(ascii: "["))
    }

    /// Begins an object's next member; `key` is quoted and has its colon.
    func beginMember(_ key: [UInt8], _ depth: Int) {
        close(downTo: depth + 1)
        if let last = frames[depth].members.last {
            bytes.append(UInt8(ascii: ","))
            if !last.key.lexicographicallyPrecedes(key) { frames[depth].isSorted = false }
        }
        frames[depth].members.append((key, bytes.count))
        bytes.append(contentsOf: key)
    }

    func beginElement(_ depth: Int) {
        close(downTo: depth + 1)
        if frames[depth].count > 0 { bytes.append(UInt8(ascii: ",")) }
        frames[depth].count += 1
    }

    func count(_ depth: Int) -> Int { frames[depth].count }

    /// A frame inside the current one, for containers that are asked for by hand; closed when the outer one goes on.
    func nested() -> JSONElement {
        frames.append(Frame(start: bytes.count))
        return JSONElement(output: self, depth: frames.count - 1)
    }

    private func close(downTo depth: Int) {
        while frames.count > depth, let frame = frames.popLast() {
            switch frame.kind {
            case .value: break
            case .empty: bytes.append(contentsOf: "{}".utf8)
            case .array: bytes.append(UInt8(ascii: "]"))
            case .object:
                if !frame.isSorted { sort(frame) }
                bytes.append(UInt8(ascii: "}"))
            }
        }
    }

    private func sort(_ frame: Frame) {
        var sorted: [UInt8] = []
        sorted.reserveCapacity(bytes.count - frame.start)
        let ends = frame.members.dropFirst().map { $0.start - 1 } + [bytes.count]
        let members = zip(frame.members, ends).sorted { $0.0.key.lexicographicallyPrecedes($1.0.key) }
        for (member, end) in members {
            sorted.append(sorted.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
            sorted.append(contentsOf: bytes[member.start..<end])
        }
        bytes.replaceSubrange(frame.start..., with: sorted)
    }

    /// A string with its quotes. Slashes stay as they are.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0..<0x20: bytes.append(contentsOf: "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

/// A document that is written as it stands, without being read.
extension JSONText: Encodable {
    /// - Throws: `EncodingError`: only `JSONOutput` can write text that is JSON already.
    package func encode(to _: any Encoder) throws {
        throw EncodingError.invalidValue(self, .init(codingPath: [], debugDescription: "JSONOutput writes it"))
    }
}
