/// Why bytes could not be packed or unpacked. Holds no content of the archive.
package struct ArchiveError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    package enum Code: String, Hashable, Sendable {
        /// More output than the caller's limit: a decompression bomb or a wrong limit.
        case outputTooLarge = "output over the limit"
        /// The stream ends before its last block or its checksum.
        case truncated = "gzip stream cut short"
        /// Not gzip, a broken block, or a wrong checksum or length.
        case corrupt = "gzip stream corrupt"
        /// Bytes follow the end of the stream.
        case trailingBytes = "bytes after the end of the gzip stream"
        /// A path that USTAR cannot hold or that must not be in an archive.
        case nameInvalid = "path not allowed in a tar archive"
        /// An entry's size is below zero.
        case sizeInvalid = "no size of an entry in a tar archive"
        /// zlib could not allocate its state.
        case outOfMemory = "out of memory"
    }

    package let code: Code

    package init(_ code: Code) { self.code = code }

    package var description: String { code.rawValue }
}
