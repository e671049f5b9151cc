import CZlib

/// Wraps a stream in gzip without compressing it. What comes out depends on the bytes alone, not on the pieces that they
/// come in: blocks are full, but for the last one.
package struct StoredGzip: Sendable {
    private static let blockBytes = 0xFFFF
    private var pending: [UInt8] = []
    private var checksum: UInt = 0
    private var count = 0
    private var hasHeader = false

    package init() {}

    /// Takes the next bytes and gives back what can go out by now.
    package mutating func write(_ bytes: [UInt8]) -> [UInt8] {
        checksum = unsafe bytes.withUnsafeBufferPointer { unsafe crc32_z(checksum, $0.baseAddress, $0.count) }
        count += bytes.count
        pending += bytes
        var output = header()
        var offset = 0
        // The last block says so: one is kept back until there is more.
        while pending.count - offset > Self.blockBytes {
            append(pending[offset..<offset + Self.blockBytes], isLast: false, to: &output)
            offset += Self.blockBytes
        }
        pending.removeFirst(offset)
        return output
    }

    /// The rest of the stream; nothing may be written afterwards.
    package mutating func finish() -> [UInt8] {
        var output = header()
        append(pending[...], isLast: true, to: &output)
        for word in [UInt32(truncatingIfNeeded: checksum), UInt32(truncatingIfNeeded: count)] {
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                output.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        pending = []
        return output
    }

    /// Magic, deflate, no flags, mtime 0, no extra flags, unknown system (RFC 1952, section 2.3).
    private mutating func header() -> [UInt8] {
        defer { hasHeader = true }
        return hasHeader ? [] : [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    }

    private func append(_ block: ArraySlice<UInt8>, isLast: Bool, to output: inout [UInt8]) {
        let length = UInt16(block.count)
        output.append(isLast ? 1 : 0)
        for word in [length, ~length] {
            output.append(UInt8(truncatingIfNeeded: word))
            output.append(UInt8(truncatingIfNeeded: word >> 8))
        }
        output += block
    }
}
