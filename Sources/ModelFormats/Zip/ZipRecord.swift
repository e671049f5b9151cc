import Domain

/// The records of a zip archive (APPNOTE 6.3.10, section 4.3).
enum ZipRecord {
    static let rule = FormatRule(name: "zip")

    enum Kind: UInt32 {
        case local = 0x0403_4B50
        case central = 0x0201_4B50
        case end64 = 0x0606_4B50
        case locator64 = 0x0706_4B50
        case end = 0x0605_4B50

        /// Bytes of the part that is always there.
        var fixedLength: Int {
            switch self {
            case .local: 30
            case .central: 46
            case .end64: 56
            case .locator64: 20
            case .end: 22
            }
        }
    }

    /// A local header, and how its data ends.
    struct Local {
        let entry: ZipEntry
        /// Sizes and checksum come behind the data.
        let hasDescriptor: Bool
        /// The sizes in the header are those of the data.
        let isSizeKnown: Bool
        /// A ZIP64 field, so that a descriptor has sizes of 8 bytes.
        let isZip64: Bool
    }

    static func kind(of record: [UInt8]) -> Kind? { Kind(rawValue: record.little(0)) }

    /// How many bytes the record has, as far as its first bytes tell; at least 4 of them are there.
    /// - Throws: `Refusal.invalid` for what is no record.
    static func length(of record: [UInt8], _ isFirst: Bool) throws(Refusal) -> Int {
        guard let kind = kind(of: record) else {
            throw rule.refusal(isFirst ? "not a zip archive" : "the archive is damaged: no record where one must be")
        }
        guard record.count >= kind.fixedLength else { return kind.fixedLength }
        func count(_ place: Int) -> Int { Int(record.little(place, as: UInt16.self)) }
        switch kind {
        case .local: return 30 + count(26) + count(28)
        case .central: return 46 + count(28) + count(30) + count(32)
        case .end64:
            guard record.little(4, as: UInt64.self) == 44 else {
                throw rule.refusal("a ZIP64 end record of another version")
            }
            return 56
        case .locator64: return 20
        case .end: return 22 + count(20)
        }
    }

    /// - Throws: `Refusal.invalid`: `zip_path`, `zip_encrypted`, `zip_method`, `zip`.
    static func local(_ record: [UInt8], at offset: UInt64) throws(Refusal) -> Local {
        let flags = record.little(6, as: UInt16.self)
        let nameEnd = 30 + Int(record.little(26, as: UInt16.self))
        let name = Array(record[30..<nameEnd])
        let extra = try ZipExtra(Array(record[nameEnd...]), name: name)
        let entry = ZipEntry(
            name: try ZipName.parse(name), offset: offset, method: record.little(8), crc: record.little(14),
            packed: extra.value(record.little(18, as: UInt32.self), extra.hasBothSizes ? 1 : nil),
            size: extra.value(record.little(22, as: UInt32.self), extra.hasBothSizes ? 0 : nil))
        // 0x2041: encrypted, strongly encrypted, masked headers.
        guard flags & 0x2041 == 0 else { throw .invalid("body", "zip_encrypted", "\(entry.name) is encrypted") }
        guard entry.method == 0 || entry.method == 8 else {
            throw .invalid("body", "zip_method", "\(entry.name) is neither stored nor deflated")
        }
        let hasDescriptor = flags & 8 != 0
        let isSizeKnown = !hasDescriptor || entry.packed > 0
        if isSizeKnown, entry.method == 0, entry.packed != entry.size {
            throw rule.refusal("\(entry.name) is stored in another size than its own")
        }
        guard !entry.isDirectory || entry.size == 0 else { throw rule.refusal("a directory with content") }
        return Local(
            entry: entry, hasDescriptor: hasDescriptor, isSizeKnown: isSizeKnown, isZip64: extra.isZip64)
    }
}

/// The extra fields of a header that matter: ZIP64 sizes (0x0001) and a second name (0x7075).
struct ZipExtra {
    private(set) var isZip64 = false
    private var numbers: [UInt64] = []

    /// A local header has both sizes or none.
    var hasBothSizes: Bool { numbers.count >= 2 }

    /// - Throws: `Refusal.invalid` for fields that do not fit, and for a second name that differs from the first.
    init(_ bytes: [UInt8], name: [UInt8]) throws(Refusal) {
        var rest = bytes[...]
        while rest.count >= 4 {
            let (tag, count) = (rest.little16(0), Int(rest.little16(2)))
            guard count <= rest.count - 4 else {
                // Android's and other aligners leave up to three bytes, or a tag without a body, as padding.
                guard tag == 0 || tag > 0x9901 else { throw ZipRecord.rule.refusal("a broken extra field") }
                return
            }
            let body = Array(rest.dropFirst(4).prefix(count))
            rest = rest.dropFirst(4 + count)
            switch tag {
            case 0x0001:
                isZip64 = true
                numbers = stride(from: 0, through: body.count - 8, by: 8).map { body.little($0) }
            case 0x7075:
                guard body.count >= 5, Array(body[5...]) == name else {
                    throw ZipName.refusal("a file with two names")
                }
            default: break
            }
        }
    }

    /// A number of the header, which stands among the ZIP64 ones when it is all ones.
    func value(_ short: UInt32, _ index: Int?) -> UInt64 {
        guard short == .max, let index, index < numbers.count else { return UInt64(short) }
        return numbers[index]
    }
}

extension ArraySlice<UInt8> {
    fileprivate func little16(_ place: Int) -> UInt16 {
        UInt16(self[startIndex + place]) | UInt16(self[startIndex + place + 1]) << 8
    }
}
