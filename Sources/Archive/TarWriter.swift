/// Writes a USTAR archive (POSIX.1-1988) that depends only on paths, modes and contents: mtime, uid and gid are 0, owner
/// names are empty, and entries stand in the order of the calls. Sizes from 8 GiB on, which USTAR has no digits for, are
/// written as GNU tar does, in binary; every reader that matters knows that (GNU and BSD tar, Go, Python).
package struct TarWriter: Sendable {
    private var bytes: [UInt8] = []

    package init() {}

    /// Adds a regular file.
    /// - Parameters:
    ///   - path: relative, ASCII, at most 100 bytes, or at most 255 when it can be split at a slash (prefix field).
    ///   - mode: permission bits.
    /// - Throws: `ArchiveError.nameInvalid` for an absolute path, `.`/`..` or empty components, control characters, or
    ///   a path that does not fit; `.sizeInvalid` for a size below zero.
    package mutating func add(_ path: String, mode: UInt16 = 0o644, _ contents: [UInt8]) throws(ArchiveError) {
        bytes.append(contentsOf: try Self.header(of: path, mode: mode, size: Int64(contents.count)))
        bytes.append(contentsOf: contents)
        bytes.append(contentsOf: Self.padding(after: Int64(contents.count)))
    }

    /// The block before a file's contents, for archives that are written as a stream.
    /// - Throws: as `add`.
    package static func header(of path: String, mode: UInt16 = 0o644, size: Int64) throws(ArchiveError) -> [UInt8] {
        guard size >= 0 else { throw ArchiveError(.sizeInvalid) }
        let (prefix, name) = try split(path)
        return header(prefix: prefix, name: name, mode: mode, size: size)
    }

    /// The zeros after a file's contents.
    package static func padding(after size: Int64) -> [UInt8] { [UInt8](repeating: 0, count: Int(-size & 511)) }

    /// The two closing zero blocks.
    package static let end = [UInt8](repeating: 0, count: 1024)

    /// The whole archive with its two closing zero blocks.
    package func finish() -> [UInt8] {
        bytes + Self.end
    }

    private static func split(_ path: String) throws(ArchiveError) -> (prefix: [UInt8], name: [UInt8]) {
        let text = Array(path.utf8)
        let components = path.split(separator: "/", omittingEmptySubsequences: false)
        let plain = components.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
        guard plain, text.allSatisfy({ (0x20...0x7E).contains($0) }) else { throw ArchiveError(.nameInvalid) }
        if text.count <= 100 { return ([], text) }
        // The first slash that leaves at most 100 bytes for the name keeps the prefix as short as possible.
        let slash = text.indices.first { text[$0] == UInt8(ascii: "/") && text.count - $0 - 1 <= 100 }
        guard let slash, slash <= 155 else { throw ArchiveError(.nameInvalid) }
        return (Array(text[..<slash]), Array(text[(slash + 1)...]))
    }

    private static func header(prefix: [UInt8], name: [UInt8], mode: UInt16, size: Int64) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ value: some Collection<UInt8>, at offset: Int) {
            block.replaceSubrange(offset..<offset + value.count, with: value)
        }
        put(name, at: 0)
        put(octal(Int(mode), digits: 7), at: 100)
        put(octal(0, digits: 7), at: 108)  // uid
        put(octal(0, digits: 7), at: 116)  // gid
        put(number(size), at: 124)
        put(octal(0, digits: 11), at: 136)  // mtime
        put(repeatElement(0x20, count: 8), at: 148)  // the checksum counts itself as spaces
        put([UInt8(ascii: "0")], at: 156)  // a regular file
        put(Array("ustar\u{0}00".utf8), at: 257)
        put(prefix, at: 345)
        let sum = block.reduce(0) { $0 + Int($1) }
        put(octal(sum, digits: 6) + [0, 0x20], at: 148)
        return block
    }

    /// Eleven octal digits; else 95 bits in network order behind a bit that says so.
    private static func number(_ size: Int64) -> [UInt8] {
        if size < 1 << 33 { return octal(Int(size), digits: 11) }
        return [0x80, 0, 0, 0] + (0..<8).map { UInt8(truncatingIfNeeded: size >> (56 - 8 * $0)) }
    }

    private static func octal(_ value: Int, digits: Int) -> [UInt8] {
        let text = String(value, radix: 8)
        return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
    }
}
