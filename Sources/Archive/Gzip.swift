import CZlib

/// gzip (RFC 1952) over bytes in memory.
package enum Gzip {
    /// Compresses at zlib's `level` (0 to 9). The header has no name and mtime 0, so that equal input and zlib give
    /// equal output.
    /// - Throws: `ArchiveError.outOfMemory` when zlib cannot start.
    package static func compress(_ bytes: [UInt8], level: Int32 = 6) throws(ArchiveError) -> [UInt8] {
        var stream = unsafe z_stream()
        let size = unsafe Int32(MemoryLayout<z_stream>.size)
        // 15 + 16: the largest window, and a gzip instead of a zlib header.
        let ready = unsafe deflateInit2_(
            &stream, min(max(level, 0), 9), Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        guard ready == Z_OK else { throw ArchiveError(.outOfMemory) }
        defer { unsafe deflateEnd(&stream) }

        let bound = unsafe Int(deflateBound(&stream, UInt(bytes.count)))
        var output: [UInt8] = []
        output.reserveCapacity(bound)
        var rest = unsafe bytes.span.bytes
        repeat {
            // zlib counts in 32 bits, so larger input goes in pieces.
            let piece = rest.extracting(first: 1 << 30)
            rest = rest.extracting(droppingFirst: piece.byteCount)
            let flush = rest.byteCount == 0 ? Z_FINISH : Z_NO_FLUSH
            unsafe piece.withUnsafeBytes { raw in unsafe deflatePiece(&stream, raw, flush, into: &output) }
        } while rest.byteCount > 0
        return output
    }

    private static func deflatePiece(
        _ stream: inout z_stream, _ input: UnsafeRawBufferPointer, _ flush: Int32, into output: inout [UInt8]
    ) {
        unsafe stream.next_in = unsafe UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        unsafe stream.avail_in = UInt32(input.count)
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 16) { scratch in
            repeat {
                unsafe stream.next_out = scratch.baseAddress
                unsafe stream.avail_out = UInt32(scratch.count)
                _ = unsafe deflate(&stream, flush)
                let produced = unsafe scratch.count - Int(stream.avail_out)
                unsafe output.append(contentsOf: scratch[..<produced])
            } while unsafe stream.avail_out == 0
        }
    }

    /// Wraps bytes without compressing them. The output depends on nothing but the input, not even on the version of
    /// zlib, which is what content-addressed archives need.
    package static func store(_ bytes: [UInt8]) -> [UInt8] {
        // Magic, deflate, no flags, mtime 0, no extra flags, unknown system (RFC 1952, section 2.3).
        var output: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        output.reserveCapacity(bytes.count + bytes.count / 0xFFFF * 5 + 32)
        var offset = 0
        repeat {
            let end = min(offset + 0xFFFF, bytes.count)
            let length = UInt16(end - offset)
            output.append(end == bytes.count ? 1 : 0)  // BFINAL, and BTYPE 00: stored
            appendLittleEndian(length, to: &output)
            appendLittleEndian(~length, to: &output)
            output.append(contentsOf: bytes[offset..<end])
            offset = end
        } while offset < bytes.count
        appendLittleEndian(checksum(bytes), to: &output)
        appendLittleEndian(UInt32(truncatingIfNeeded: bytes.count), to: &output)
        return output
    }

    /// Decompresses one whole gzip stream.
    /// - Throws: `ArchiveError` when the output exceeds `limit` bytes, and for a truncated, corrupt or longer input.
    package static func inflate(_ bytes: [UInt8], limit: Int) throws(ArchiveError) -> [UInt8] {
        var reader = try GzipReader(limit: limit)
        var output: [UInt8] = []
        try unsafe reader.write(bytes.span.bytes, into: &output)
        try reader.finish()
        return output
    }

    /// CRC-32 as gzip and PNG use it.
    package static func checksum(_ bytes: [UInt8]) -> UInt32 {
        unsafe bytes.withUnsafeBufferPointer { unsafe UInt32(crc32_z(0, $0.baseAddress, $0.count)) }
    }

    private static func appendLittleEndian<Value: FixedWidthInteger>(_ value: Value, to output: inout [UInt8]) {
        for shift in stride(from: 0, to: Value.bitWidth, by: 8) {
            output.append(UInt8(truncatingIfNeeded: value >> Value(shift)))
        }
    }
}
