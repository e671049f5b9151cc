import CZlib

/// Decompresses a gzip stream piece by piece and stops at a limit, so that a bomb costs no more memory than the limit.
///
/// It owns zlib's state and therefore cannot be copied. One stream only: concatenated members are refused.
@safe package struct GzipReader: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    private let scratch: UnsafeMutableBufferPointer<UInt8>
    private let limit: Int
    /// Bytes decompressed so far.
    package private(set) var produced = 0
    private var ended = false

    /// - Parameter limit: the most bytes that the stream may decompress to.
    /// - Throws: `ArchiveError.outOfMemory` when zlib cannot start.
    package init(limit: Int) throws(ArchiveError) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let size = unsafe Int32(MemoryLayout<z_stream>.size)
        // 15 + 16: the largest window, and gzip only.
        guard unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, size) == Z_OK else {
            unsafe stream.deallocate()
            throw ArchiveError(.outOfMemory)
        }
        unsafe self.stream = stream
        unsafe self.scratch = .allocate(capacity: 1 << 16)
        self.limit = limit
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
        unsafe scratch.deallocate()
    }

    /// Takes the next piece of the stream and appends what it decompresses to.
    /// - Throws: `ArchiveError` for output over the limit, a corrupt stream, and bytes after its end. The reader is of
    ///   no further use then.
    package mutating func write(_ input: RawSpan, into output: inout [UInt8]) throws(ArchiveError) {
        var rest = input
        while rest.byteCount > 0 {
            guard !ended else { throw ArchiveError(.trailingBytes) }
            // zlib counts in 32 bits.
            let count = min(rest.byteCount, 1 << 30)
            let unread = try inflatePiece(rest.extracting(first: count), into: &output)
            rest = rest.extracting(droppingFirst: count - unread)
        }
    }

    /// Takes the next piece of the stream and gives back what it decompresses to.
    /// - Throws: as `write(_:into:)`.
    package mutating func write(_ input: [UInt8]) throws(ArchiveError) -> [UInt8] {
        var output: [UInt8] = []
        try unsafe write(input.span.bytes, into: &output)
        return output
    }

    /// Says that no more input follows.
    /// - Throws: `ArchiveError.truncated` unless the stream was complete and its checksum right.
    package func finish() throws(ArchiveError) {
        guard ended else { throw ArchiveError(.truncated) }
    }

    /// The number of input bytes left over, which is above zero only at the end of the stream.
    private mutating func inflatePiece(
        _ piece: RawSpan, into output: inout [UInt8]
    ) throws(ArchiveError) -> Int {
        let status = unsafe piece.withUnsafeBytes { raw in
            unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(
                mutating: raw.baseAddress?.assumingMemoryBound(to: UInt8.self))
            unsafe stream.pointee.avail_in = UInt32(raw.count)
            return drain(into: &output)
        }
        guard produced <= limit else { throw ArchiveError(.outputTooLarge) }
        switch status {
        case Z_STREAM_END: ended = true
        case Z_OK, Z_BUF_ERROR: break
        case Z_MEM_ERROR: throw ArchiveError(.outOfMemory)
        default: throw ArchiveError(.corrupt)
        }
        return Int(unsafe stream.pointee.avail_in)
    }

    /// Inflates until the input is used up, the stream ends, it fails, or the limit is passed.
    private mutating func drain(into output: inout [UInt8]) -> Int32 {
        var status = Z_OK
        repeat {
            unsafe stream.pointee.next_out = scratch.baseAddress
            unsafe stream.pointee.avail_out = UInt32(scratch.count)
            status = unsafe inflate(stream, Z_NO_FLUSH)
            let count = unsafe scratch.count - Int(stream.pointee.avail_out)
            produced += count
            if produced > limit { return status }
            unsafe output.append(contentsOf: scratch[..<count])
        } while unsafe status == Z_OK && stream.pointee.avail_out == 0
        return status
    }
}
