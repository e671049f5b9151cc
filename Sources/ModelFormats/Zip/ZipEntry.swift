import Domain

/// A file or directory of a zip archive, as its local header has it.
struct ZipEntry: Sendable, Hashable {
    let name: String
    /// Where the local header begins.
    let offset: UInt64
    let method: UInt16
    var crc: UInt32
    /// Bytes in the archive and unpacked; of an entry with a data descriptor, known only behind it.
    var packed: UInt64
    var size: UInt64

    var isDirectory: Bool { name.hasSuffix("/") }
}

/// The names that an archive may use. What unpacks it later must not be led out of its directory.
enum ZipName {
    private static let byteLimit = 1024

    /// - Throws: `Refusal.invalid` with rule `zip_path`.
    static func parse(_ bytes: [UInt8]) throws(Refusal) -> String {
        guard (1...byteLimit).contains(bytes.count), let name = String(validating: bytes, as: UTF8.self),
            !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "\\") })
        else {
            throw refusal("a path that is empty, over \(byteLimit) bytes, not UTF-8, or has a control character or \\")
        }
        guard MarkRuns.areShort(bytes) else {
            throw refusal("a path with over \(MarkRuns.limit) combining marks in a row")
        }
        var parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        let dot = UInt8(ascii: ".")
        guard (1...64).contains(parts.count),
            parts.allSatisfy({ !$0.isEmpty && !($0.count <= 2 && $0.allSatisfy { $0 == dot }) })
        else { throw refusal("a path that leads outside of the archive, has empty parts or over 64 of them") }
        guard !parts[0].contains(UInt8(ascii: ":")) else { throw refusal("a path with a drive") }
        return name
    }

    static func refusal(_ why: String) -> Refusal { .invalid("body", "zip_path", why) }
}

/// What the archive held, once it was read to its end.
struct ZipListing {
    let entries: [ZipEntry]

    /// The files, without directories and what macOS adds.
    var files: [ZipEntry] { entries.filter { !$0.isDirectory && !ZipListing.isClutter($0.name) } }

    /// Finder's notes, and AppleDouble files (`._name`), which are not what their names say.
    static func isClutter(_ name: String) -> Bool {
        let file = name.utf8.split(separator: UInt8(ascii: "/")).last ?? name.utf8[...]
        return name.utf8.starts(with: "__MACOSX/".utf8) || file.elementsEqual(".DS_Store".utf8)
            || file.starts(with: "._".utf8)
    }

    /// The directory that everything stands in, with its slash; empty when there is none.
    var root: String {
        guard let first = files.first, let slash = first.name.firstIndex(of: "/") else { return "" }
        let root = String(first.name[...slash])
        return files.allSatisfy { $0.name.hasPrefix(root) } ? root : ""
    }

    var summary: ModelInspection.Archive {
        .init(
            files: files.count, bytes: files.reduce(0) { $0 + Int64(clamping: $1.size) },
            paths: Array(files.map(\.name).sorted().prefix(100)))
    }
}

/// What a framework wants of an archive. It sees each file's unpacked bytes once, in the archive's order.
protocol ZipLayout {
    /// A file begins.
    mutating func begin(_ entry: ZipEntry) throws(Refusal)
    /// Its next bytes.
    mutating func take(_ bytes: Span<UInt8>) throws(Refusal)
    /// It is complete, and its checksum right.
    mutating func end() throws(Refusal)
    /// The archive is complete and consistent.
    mutating func finish(_ listing: ZipListing) throws(Refusal) -> ModelInspection
}
