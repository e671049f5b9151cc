import FoundationEssentials

/// The bytes of a segment file: a header, then records. All integers are little-endian.
///
///     header   8 bytes "DRVWAL1\n", u64 index of the first record, u32 CRC-32C of these 16 bytes
///     record   u32 length (bit 31: control record), u32 CRC-32C of length and payload, payload
///
/// The first record is always a control record with a `LogState`. Control records have no index.
enum SegmentFormat {
    static let headerBytes = 20
    static let frameBytes = 8
    private static let magic = Array("DRVWAL1\n".utf8)
    private static let controlBit: UInt32 = 1 << 31

    /// What a control record says; exactly one member is set.
    struct Control: Codable {
        var state: LogState?
        var source: SourceMark?
    }

    /// A record found in a segment's bytes.
    struct Frame {
        let payload: Range<Int>
        let isControl: Bool
    }

    /// What stands at an offset.
    enum Found {
        case frame(Frame)
        /// The bytes end inside the record; this many would be needed from the offset.
        case incomplete(needed: Int)
        case damaged
    }

    /// Name of the file whose first record has this index; names sort as indexes do.
    static func name(first: Int64) -> String {
        let digits = String(first)
        return String(repeating: "0", count: 20 - digits.count) + digits + ".seg"
    }

    /// The first index that a file name tells, if it is a segment's.
    static func first(name: String) -> Int64? {
        guard name.hasSuffix(".seg"), name.utf8.count == 24 else { return nil }
        return Int64(name.dropLast(4))
    }

    /// A new segment's bytes.
    static func head(first: Int64, state: LogState) throws(EdgeAgentError) -> [UInt8] {
        var bytes = magic
        append(UInt64(first), to: &bytes)
        append(CRC32C.update(0, with: bytes.span), to: &bytes)
        try append(control: Control(state: state), to: &bytes)
        return bytes
    }

    /// Whether the bytes begin with the header of the segment with this first index.
    static func hasHeader(_ bytes: [UInt8], first: Int64) -> Bool {
        guard bytes.count >= headerBytes, bytes[..<8].elementsEqual(magic) else { return false }
        var expected = magic
        append(UInt64(first), to: &expected)
        append(CRC32C.update(0, with: expected.span), to: &expected)
        return bytes[..<headerBytes].elementsEqual(expected)
    }

    /// Adds a record's frame and payload.
    static func append(_ payload: ArraySlice<UInt8>, isControl: Bool = false, to bytes: inout [UInt8]) {
        let length = UInt32(payload.count) | (isControl ? controlBit : 0)
        let start = bytes.count
        append(length, to: &bytes)
        let checksum = CRC32C.update(
            CRC32C.update(0, with: bytes.span.extracting(start..<start + 4)), with: payload.span)
        append(checksum, to: &bytes)
        bytes.append(contentsOf: payload)
    }

    /// Adds a control record.
    static func append(control: Control, to bytes: inout [UInt8]) throws(EdgeAgentError) {
        do {
            append(Array(try JSONEncoder().encode(control))[...], isControl: true, to: &bytes)
        } catch {
            throw EdgeAgentError(.storage, "cannot encode the state of the log")
        }
    }

    /// Reads a control record's payload.
    static func control(_ payload: ArraySlice<UInt8>) -> Control? {
        try? JSONDecoder().decode(Control.self, from: Data(payload))
    }

    /// Looks at the record at an offset and checks its CRC.
    static func frame(in bytes: [UInt8], at offset: Int) -> Found {
        guard offset + frameBytes <= bytes.count else { return .incomplete(needed: frameBytes) }
        let word = integer(bytes, offset)
        let length = Int(word & ~controlBit)
        let end = offset + frameBytes + length
        guard end <= bytes.count else { return .incomplete(needed: frameBytes + length) }
        let span = bytes.span
        var checksum = CRC32C.update(0, with: span.extracting(offset..<offset + 4))
        checksum = CRC32C.update(checksum, with: span.extracting(offset + frameBytes..<end))
        guard checksum == integer(bytes, offset + 4) else { return .damaged }
        return .frame(Frame(payload: offset + frameBytes..<end, isControl: word & controlBit != 0))
    }

    private static func integer(_ bytes: [UInt8], _ at: Int) -> UInt32 {
        UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
    }

    private static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
        for shift in 0..<number.bitWidth / 8 { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * shift))) }
    }
}
