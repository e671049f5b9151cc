/// What a header block of a tar archive says, as far as reading regular files needs it.
package struct TarHeader: Hashable, Sendable {
    /// Prefix and name together.
    package let path: String
    /// Of the contents, in bytes.
    package let size: Int64
    package let isRegularFile: Bool

    /// `nil` for a block of zeros, which ends an archive.
    /// - Throws: `ArchiveError` with code `corrupt` for a block that is no header.
    package init?(_ block: [UInt8]) throws(ArchiveError) {
        guard block.count == 512 else { throw ArchiveError(.corrupt) }
        if block.allSatisfy({ $0 == 0 }) { return nil }
        // The checksum counts itself as spaces.
        let sum = block.indices.reduce(Int64(0)) { $0 + Int64((148..<156).contains($1) ? 0x20 : block[$1]) }
        guard try Self.octal(block[148..<156]) == sum else { throw ArchiveError(.corrupt) }
        let (name, prefix) = (Self.text(block[0..<100]), Self.text(block[345..<500]))
        let isUSTAR = Array(block[257..<262]) == Array("ustar".utf8)
        path = isUSTAR && !prefix.isEmpty ? "\(prefix)/\(name)" : name
        size = try Self.number(block[124..<136])
        isRegularFile = block[156] == UInt8(ascii: "0") || block[156] == 0
    }

    private static func text(_ field: ArraySlice<UInt8>) -> String {
        String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// In octal, or as GNU tar writes what has more than eleven digits: 95 bits in network order behind a set bit.
    private static func number(_ field: ArraySlice<UInt8>) throws(ArchiveError) -> Int64 {
        guard field.first == 0x80 else { return try octal(field) }
        // What doesn't fit into 48 bits is no size, and could not be added up.
        guard field.dropFirst().prefix(5).allSatisfy({ $0 == 0 }) else { throw ArchiveError(.corrupt) }
        return field.suffix(6).reduce(0) { $0 << 8 | Int64($1) }
    }

    /// Numbers end with a space or a zero byte.
    private static func octal(_ field: ArraySlice<UInt8>) throws(ArchiveError) -> Int64 {
        let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
        guard let value = Int64(String(decoding: digits, as: UTF8.self), radix: 8), value >= 0 else {
            throw ArchiveError(.corrupt)
        }
        return value
    }
}
