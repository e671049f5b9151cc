import Archive
import NIOCore

/// One file as a tar archive, as a stream.
struct TarredFile<Source: AsyncSequence & Sendable>: AsyncSequence, Sendable where Source.Element == ByteBuffer {
    typealias Element = ByteBuffer
    let source: Source
    /// The block before the contents.
    let header: [UInt8]
    /// Padding and end of the archive.
    let trailer: [UInt8]

    /// - Throws: `RegistryError` with code `manifestInvalid` for a path that does not fit.
    init(_ source: Source, path: String, size: Int64) throws(RegistryError) {
        self.source = source
        do throws(ArchiveError) {
            header = try TarWriter.header(of: path, mode: 0o444, size: size)
        } catch {
            throw RegistryError(.manifestInvalid, "build image", reason: error.description)
        }
        trailer = TarWriter.padding(after: size) + TarWriter.end
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(base: source.makeAsyncIterator(), header: header, trailer: trailer)
    }

    struct Iterator: AsyncIteratorProtocol {
        var base: Source.AsyncIterator
        var header: [UInt8]?
        var trailer: [UInt8]?

        mutating func next() async throws -> ByteBuffer? {
            if let first = header {
                header = nil
                return ByteBuffer(bytes: first)
            }
            if trailer != nil, let buffer = try await base.next() { return buffer }
            defer { trailer = nil }
            return trailer.map { ByteBuffer(bytes: $0) }
        }
    }
}

/// A stream as gzip that does not compress.
struct StoredGzipBody<Source: AsyncSequence & Sendable>: AsyncSequence, Sendable where Source.Element == ByteBuffer {
    typealias Element = ByteBuffer
    let source: Source

    func makeAsyncIterator() -> Iterator { Iterator(base: source.makeAsyncIterator()) }

    struct Iterator: AsyncIteratorProtocol {
        var base: Source.AsyncIterator
        var gzip: StoredGzip? = StoredGzip()

        mutating func next() async throws -> ByteBuffer? {
            while var stream = gzip {
                guard let buffer = try await base.next() else {
                    gzip = nil
                    return ByteBuffer(bytes: stream.finish())
                }
                // One owner at a time: else each piece would copy what waits.
                gzip = nil
                let output = stream.write(Array(buffer: buffer))
                gzip = stream
                if !output.isEmpty { return ByteBuffer(bytes: output) }
            }
            return nil
        }
    }
}

/// Bytes in memory as a stream of one buffer.
struct SingleBuffer: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    let bytes: [UInt8]

    func makeAsyncIterator() -> Iterator { Iterator(bytes: bytes) }

    struct Iterator: AsyncIteratorProtocol {
        var bytes: [UInt8]?
        mutating func next() async -> ByteBuffer? {
            defer { bytes = nil }
            return bytes.map { ByteBuffer(bytes: $0) }
        }
    }
}
