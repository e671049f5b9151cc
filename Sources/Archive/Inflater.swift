import CZlib

/// Decompresses raw deflate data (RFC 1951), the way zip archives hold it, with 64 KiB of output at a time. One object
/// serves any number of streams, one after the other.
@safe package final class Inflater {
    private let stream: UnsafeMutablePointer<z_stream>
    private let scratch: UnsafeMutableBufferPointer<UInt8>

    /// What one step did.
    package struct Step {
        /// Input bytes that were used.
        package let consumed: Int
        /// Output bytes that `withOutput` shows.
        package let produced: Int
        /// Whether the stream is complete.
        package let isEnded: Bool
        /// Whether there may be more output without more input.
        package let isFull: Bool
    }

    /// - Throws: `ArchiveError.outOfMemory` when zlib cannot start.
    package init() throws(ArchiveError) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let size = unsafe Int32(MemoryLayout<z_stream>.size)
        // -15: the largest window, and neither header nor checksum.
        guard unsafe inflateInit2_(stream, -15, ZLIB_VERSION, size) == Z_OK else {
            unsafe stream.deallocate()
            throw ArchiveError(.outOfMemory)
        }
        unsafe self.stream = stream
        unsafe self.scratch = .allocate(capacity: 1 << 16)
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
        unsafe scratch.deallocate()
    }

    /// Begins another stream.
    package func reset() { unsafe inflateReset(stream) }

    /// Decompresses up to 64 KiB.
    /// - Throws: `ArchiveError.corrupt`, `.outOfMemory`.
    package func step(_ input: Span<UInt8>) throws(ArchiveError) -> Step {
        let given = min(input.count, 1 << 30)
        let status = unsafe input.withUnsafeBufferPointer { raw in
            unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(mutating: raw.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(given)
            unsafe stream.pointee.next_out = scratch.baseAddress
            unsafe stream.pointee.avail_out = UInt32(scratch.count)
            return unsafe inflate(stream, Z_NO_FLUSH)
        }
        switch status {
        case Z_OK, Z_STREAM_END, Z_BUF_ERROR: break
        case Z_MEM_ERROR: throw ArchiveError(.outOfMemory)
        default: throw ArchiveError(.corrupt)
        }
        let left = unsafe Int(stream.pointee.avail_in)
        let room = unsafe Int(stream.pointee.avail_out)
        return unsafe Step(
            consumed: given - left, produced: scratch.count - room, isEnded: status == Z_STREAM_END, isFull: room == 0)
    }

    /// Shows the output of the last step.
    package func withOutput<E: Error>(_ count: Int, _ body: (Span<UInt8>) throws(E) -> Void) throws(E) {
        let output = unsafe UnsafeBufferPointer(rebasing: scratch[..<count])
        try unsafe body(output.span)
    }
}

/// The checksum of zip archives and gzip (CRC-32 of ISO 3309).
package enum ZipChecksum {
    /// The checksum of what `checksum` covers, followed by `bytes`; 0 covers nothing.
    package static func update(_ checksum: UInt32, _ bytes: Span<UInt8>) -> UInt32 {
        unsafe bytes.withUnsafeBufferPointer { raw in
            guard let base = raw.baseAddress else { return checksum }
            return unsafe UInt32(truncatingIfNeeded: crc32_z(UInt(checksum), base, raw.count))
        }
    }
}
