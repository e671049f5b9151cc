import Archive
import Domain
import NIOCore

/// A tar archive of an OCI layout on disk: where in it each blob lies.
struct LayoutFile: Sendable {
    struct Place: Hashable, Sendable {
        let offset: Int64
        let size: Int64
    }

    private let file: BlobFile
    private let places: [String: Place]

    /// Reads the headers, and none of the contents. Keeps the places of `index.json` and of what is named as a blob.
    /// - Parameter limit: of files that are kept: each costs memory, whatever the archive's maker wanted.
    /// - Throws: `localFile` for a file that can't be read, `manifestInvalid` for one that is no tar archive, `tooLarge`.
    init(_ path: String, limit: Int = 100_000) async throws(RegistryError) {
        file = try BlobFile.open(path)
        var places: [String: Place] = [:]
        var offset: Int64 = 0
        while true {
            let block = Array(buffer: try await file.read(at: offset, count: 512))
            let header: TarHeader?
            do throws(ArchiveError) {
                header = try TarHeader(block)
            } catch {
                throw RegistryError(.manifestInvalid, "read layout", reason: "not a whole tar archive of an OCI layout")
            }
            guard let header else { break }
            let name = header.path.hasPrefix("./") ? String(header.path.dropFirst(2)) : header.path
            if header.isRegularFile, Self.isNeeded(name) {
                places[name] = Place(offset: offset + 512, size: header.size)
                guard places.count <= limit else {
                    throw RegistryError(.tooLarge, "read layout", reason: "too many files in the archive")
                }
            }
            offset += 512 + header.size + (-header.size & 511)
        }
        self.places = places
    }

    private static func isNeeded(_ name: String) -> Bool {
        let blobs = "blobs/sha256/"
        return name == "index.json" || name.hasPrefix(blobs) && Digest(hex: String(name.dropFirst(blobs.count))) != nil
    }

    /// Bytes in the layout's directories of blobs.
    func blob(_ digest: Digest) -> Place? { places[LayoutArchive.path(digest)] }

    /// A small file.
    /// - Throws: `manifestInvalid` when it is missing or larger than 4 MiB.
    func contents(_ path: String) async throws(RegistryError) -> [UInt8] {
        guard let place = places[path], place.size <= 4 << 20 else {
            throw RegistryError(.manifestInvalid, "read layout", reason: "a manifest or index.json is missing")
        }
        let bytes = Array(buffer: try await file.read(at: place.offset, count: Int(place.size)))
        guard bytes.count == place.size else {
            throw RegistryError(.manifestInvalid, "read layout", reason: "the archive is cut short")
        }
        return bytes
    }

    /// A part of the file as a stream.
    func stream(_ place: Place) -> FilePart { FilePart(file: file, place: place) }
}

/// A part of a file, in pieces.
struct FilePart: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    let file: BlobFile
    let place: LayoutFile.Place

    func makeAsyncIterator() -> Iterator { Iterator(file: file, offset: place.offset, left: place.size) }

    struct Iterator: AsyncIteratorProtocol {
        let file: BlobFile
        var offset: Int64
        var left: Int64

        mutating func next() async throws(RegistryError) -> ByteBuffer? {
            guard left > 0 else { return nil }
            let buffer = try await file.read(at: offset, count: Int(Swift.min(left, 512 << 10)))
            offset += Int64(buffer.readableBytes)
            left -= Int64(buffer.readableBytes)
            return buffer.readableBytes == 0 ? nil : buffer
        }
    }
}
