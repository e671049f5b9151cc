import Archive
import Domain
package import NIOCore

/// An OCI layout as a tar archive, made while it is read: nothing of it is kept, so its size doesn't matter. The same
/// publish gives the same bytes.
package struct LayoutArchive: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer

    fileprivate enum Content: Sendable {
        case bytes([UInt8])
        case blob(LayoutContents.Blob)
    }
    fileprivate struct File: Sendable {
        let header: [UInt8]
        let size: Int64
        let content: Content
    }

    private let client: RegistryClient
    private let files: [File]
    /// Of the whole archive.
    package let size: Int64

    /// - Throws: `manifestInvalid`.
    package init(_ contents: LayoutContents, from client: RegistryClient) throws(RegistryError) {
        self.client = client
        var files = [
            try Self.file("index.json", .bytes(try contents.index())),
            try Self.file("oci-layout", .bytes(Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8))),
        ]
        for entry in contents.entries {
            files.append(try Self.file(Self.path(entry.manifest.digest), .bytes(entry.manifest.bytes)))
        }
        for blob in contents.blobs { files.append(try Self.file(Self.path(blob.digest), .blob(blob))) }
        self.files = files
        size = files.reduce(Int64(TarWriter.end.count)) { $0 + 512 + $1.size + (-$1.size & 511) }
    }

    static func path(_ digest: Digest) -> String { "blobs/sha256/\(digest.hex)" }

    private static func file(_ path: String, _ content: Content) throws(RegistryError) -> File {
        let size =
            switch content {
            case .bytes(let bytes): Int64(bytes.count)
            case .blob(let blob): blob.size
            }
        do throws(ArchiveError) {
            return File(header: try TarWriter.header(of: path, size: size), size: size, content: content)
        } catch {
            throw RegistryError(.manifestInvalid, "export", reason: error.description)
        }
    }

    package func makeAsyncIterator() -> Iterator { Iterator(client: client, files: files[...]) }

    package struct Iterator: AsyncIteratorProtocol {
        private enum Source {
            case bytes([UInt8])
            case blob(BlobBody.Iterator)
        }
        private let client: RegistryClient
        private var files: ArraySlice<File>
        private var source: Source?
        /// Of the current file's contents.
        private var left: Int64 = 0
        private var padding: [UInt8] = []
        private var isEnded = false

        fileprivate init(client: RegistryClient, files: ArraySlice<File>) {
            self.client = client
            self.files = files
        }

        package mutating func next() async throws -> ByteBuffer? {
            if let buffer = try await content() { return buffer }
            guard left == 0 else {
                throw RegistryError(.lengthMismatch, "export", reason: "a blob is shorter than its descriptor says")
            }
            var block = padding
            padding = []
            guard let file = files.popFirst() else {
                if isEnded { return nil }
                isEnded = true
                return ByteBuffer(bytes: block + TarWriter.end)
            }
            block += file.header
            left = file.size
            padding = TarWriter.padding(after: file.size)
            switch file.content {
            case .bytes(let bytes): source = .bytes(bytes)
            case .blob(let blob):
                source = .blob(try await client.getBlob(blob.repository, blob.digest).makeAsyncIterator())
            }
            return ByteBuffer(bytes: block)
        }

        private mutating func content() async throws -> ByteBuffer? {
            switch source {
            case nil: return nil
            case .bytes(let bytes):
                source = nil
                left = 0
                return ByteBuffer(bytes: bytes)
            case .blob(var body):
                // Read to its end also when nothing is left: there the digest is compared.
                guard let buffer = try await body.next() else {
                    source = nil
                    return nil
                }
                source = .blob(body)
                left -= Int64(buffer.readableBytes)
                guard left >= 0 else {
                    throw RegistryError(.lengthMismatch, "export", reason: "a blob is longer than its descriptor says")
                }
                return buffer
            }
        }
    }
}
