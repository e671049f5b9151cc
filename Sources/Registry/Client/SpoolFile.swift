package import Domain
import Glibc
package import NIOCore

/// A file without a name, which vanishes with the process. One side writes it; another reads it and can't write.
package struct SpoolFile: Sendable {
    private let writer: BlobFile
    let reader: BlobFile

    /// - Parameter directory: an existing one.
    /// - Throws: `RegistryError` with code `localFile` or `tooLarge` (no space left).
    package init(in directory: String, random: any RandomSource) throws(RegistryError) {
        let path = "\(directory)/.drover-spool-\(Hex.encode(random.bytes(12)))"
        writer = BlobFile(try Self.open(path, O_WRONLY | O_CREAT | O_EXCL))
        defer { _ = unsafe unlink(path) }
        reader = BlobFile(try Self.open(path, O_RDONLY))
    }

    /// Descriptors for another program; they stay this value's.
    package func withDescriptors<R, Failure: Error>(
        _ body: (_ writing: Int32, _ reading: Int32) throws(Failure) -> R
    ) throws(Failure) -> R {
        defer { withExtendedLifetime(self) {} }
        return try body(writer.descriptor, reader.descriptor)
    }

    /// Copies a stream to the file's beginning.
    /// - Throws: what the stream throws; `RegistryError` with code `localFile` or `tooLarge`.
    package func write<Source: AsyncSequence>(
        _ source: Source, progress: (_ bytes: Int64) -> Void
    ) async throws where Source.Element == ByteBuffer {
        var offset: Int64 = 0
        for try await buffer in source {
            try await writer.write(buffer, at: offset)
            offset += Int64(buffer.readableBytes)
            progress(offset)
        }
    }

    /// What is in it, in pieces.
    package var chunks: FileChunks { FileChunks(file: reader) }

    /// In bytes, as of now.
    package var size: Int64 {
        var status = stat()
        return unsafe fstat(reader.descriptor, &status) == 0 ? Int64(status.st_size) : 0
    }

    private static func open(_ path: String, _ flags: Int32) throws(RegistryError) -> Int32 {
        let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw RegistryError(
                errno == ENOSPC ? .tooLarge : .localFile, "create spool file", reason: "error number \(errno)")
        }
        return descriptor
    }
}
