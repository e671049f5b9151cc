import Domain
import Glibc
package import NIOCore
import NIOPosix

/// An open file that holds a blob. Reads and writes block, so they run on NIO's thread pool.
final class BlobFile: Sendable {
    let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Opens an existing file for reading.
    static func open(_ path: String) throws(RegistryError) -> BlobFile {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open file", errno) }
        return BlobFile(descriptor)
    }

    /// Makes a file without a name, which vanishes with the process.
    static func spool(in directory: String, random: some RandomSource) throws(RegistryError) -> BlobFile {
        let path = "\(directory)/.drover-spool-\(Hex.encode(random.bytes(12)))"
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("create spool file", errno) }
        _ = unsafe unlink(path)
        return BlobFile(descriptor)
    }

    /// Writes the whole buffer at an offset.
    func write(_ buffer: ByteBuffer, at offset: Int64) async throws(RegistryError) {
        try await onThreadPool { () throws(RegistryError) in
            let failed = unsafe buffer.withUnsafeReadableBytes { bytes -> Int32? in
                var done = 0
                while done < bytes.count {
                    let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
                    let count = unsafe pwrite(self.descriptor, rest.baseAddress, rest.count, off_t(offset) + done)
                    if count < 0, errno != EINTR { return errno }
                    done += max(0, count)
                }
                return nil
            }
            if let failed { throw Self.failure("write spool file", failed) }
        }
    }

    /// Reads up to `count` bytes from an offset; an empty buffer at the end of the file.
    func read(at offset: Int64, count: Int) async throws(RegistryError) -> ByteBuffer {
        try await onThreadPool { () throws(RegistryError) in
            var buffer = ByteBuffer()
            var problem: Int32?
            unsafe buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
                while true {
                    let got = unsafe pread(self.descriptor, bytes.baseAddress, count, off_t(offset))
                    if got >= 0 { return got }
                    if errno != EINTR {
                        problem = errno
                        return 0
                    }
                }
            }
            if let problem { throw Self.failure("read file", problem) }
            return buffer
        }
    }

    private func onThreadPool<Value: Sendable>(
        _ work: @escaping @Sendable () throws(RegistryError) -> Value
    ) async throws(RegistryError) -> Value {
        let result: Result<Value, RegistryError>?
        result = try? await NIOThreadPool.singleton.runIfActive {
            Result { () throws(RegistryError) in try work() }
        }
        guard let result else { throw RegistryError(.cancelled, "file access", reason: "cancelled") }
        return try result.get()
    }

    private static func failure(_ operation: String, _ number: Int32) -> RegistryError {
        RegistryError(number == ENOSPC ? .tooLarge : .localFile, operation, reason: "error number \(number)")
    }
}

/// A file's content from the beginning, in pieces.
package struct FileChunks: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer
    let file: BlobFile
    /// Bytes in each piece but the last.
    var count = 512 << 10

    package func makeAsyncIterator() -> Iterator { Iterator(file: file, count: count) }

    package struct Iterator: AsyncIteratorProtocol {
        let file: BlobFile
        let count: Int
        private var offset: Int64 = 0

        init(file: BlobFile, count: Int) {
            self.file = file
            self.count = count
        }

        package mutating func next() async throws(RegistryError) -> ByteBuffer? {
            let buffer = try await file.read(at: offset, count: count)
            offset += Int64(buffer.readableBytes)
            return buffer.readableBytes == 0 ? nil : buffer
        }
    }
}
