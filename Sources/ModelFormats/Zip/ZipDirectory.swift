import Domain

/// The central directory, compared with the local headers that stood before it.
struct ZipDirectory {
    private static let entryLimit = 20_000
    private static let nameByteLimit = 4 << 20

    /// Records so far.
    private(set) var count = 0
    private var start: UInt64 = 0
    private var end: UInt64 = 0
    private var names: Set<String> = []
    private var nameBytes = 0
    private var order: [UInt64: Int] = [:]
    private var localCount = 0
    private var end64: (count: UInt64, size: UInt64, start: UInt64, at: UInt64)?
    private var hasLocator = false

    private static var rule: FormatRule { ZipRecord.rule }

    /// A local header.
    /// - Throws: `Refusal.invalid` for a name that was there, and for more files than any model has.
    mutating func takeLocal(_ entry: ZipEntry) throws(Refusal) {
        nameBytes += entry.name.utf8.count
        guard localCount < Self.entryLimit, nameBytes <= Self.nameByteLimit else {
            throw .invalid("body", "zip_bomb", "more than \(Self.entryLimit) files, or 4 MiB of their names")
        }
        guard names.insert(entry.name).inserted else { throw ZipName.refusal("\(entry.name) occurs twice") }
        order[entry.offset] = localCount
        localCount += 1
    }

    /// A record of the directory, whose entry must be one of `entries`, and each only once.
    /// - Throws: `Refusal.invalid`: `zip`, `zip_symlink`.
    mutating func takeCentral(_ record: [UInt8], at position: UInt64, _ entries: [ZipEntry]) throws(Refusal) {
        guard end64 == nil else { throw Self.rule.refusal("the directory is damaged") }
        if count == 0 { start = position }
        count += 1
        end = position + UInt64(record.count)
        let nameEnd = 46 + Int(record.little(28, as: UInt16.self))
        let extraEnd = nameEnd + Int(record.little(30, as: UInt16.self))
        let name = Array(record[46..<nameEnd])
        let extra = try ZipExtra(Array(record[nameEnd..<extraEnd]), name: name)
        // ZIP64 holds only the numbers that are all ones here, in this order.
        var index = 0
        func number(_ place: Int) -> UInt64 {
            let short: UInt32 = record.little(place)
            defer { index += short == .max ? 1 : 0 }
            return extra.value(short, index)
        }
        let (size, packed, offset) = (number(24), number(20), number(42))
        guard let place = order.removeValue(forKey: offset) else {
            throw Self.rule.refusal("the directory names a file that is not there, or one twice")
        }
        let entry = entries[place]
        guard Array(entry.name.utf8) == name, entry.size == size, entry.packed == packed,
            entry.crc == record.little(16), entry.method == record.little(10),
            record.little(8, as: UInt16.self) & 0x2041 == 0, record.little(34, as: UInt16.self) == 0
        else { throw Self.rule.refusal("the directory and the file \(entry.name) disagree") }
        try Self.requirePlain(entry, mode: record.little(40))
    }

    /// By the POSIX mode in the external attributes, whichever system claims to have made it: a reader may trust it.
    private static func requirePlain(_ entry: ZipEntry, mode: UInt16) throws(Refusal) {
        switch mode & 0xF000 {
        case 0, 0x8000, 0x4000: break
        case 0xA000: throw .invalid("body", "zip_symlink", "\(entry.name) is a symbolic link")
        default: throw .invalid("body", "zip_symlink", "\(entry.name) is neither a file nor a directory")
        }
    }

    mutating func takeEnd64(_ record: [UInt8], at position: UInt64) throws(Refusal) {
        guard end64 == nil, record.little(16, as: UInt32.self) == 0, record.little(20, as: UInt32.self) == 0 else {
            throw Self.rule.refusal("an archive of several disks")
        }
        end64 = (record.little(32), record.little(40), record.little(48), position)
    }

    mutating func takeLocator(_ record: [UInt8]) throws(Refusal) {
        guard !hasLocator, let end64, record.little(8, as: UInt64.self) == end64.at else {
            throw Self.rule.refusal("a ZIP64 locator that leads nowhere")
        }
        hasLocator = true
    }

    mutating func takeEnd(_ record: [UInt8], at position: UInt64, _ files: Int) throws(Refusal) {
        let disk: UInt16 = record.little(4)
        guard disk == 0 || (disk == .max && end64 != nil) else {
            throw Self.rule.refusal("an archive of several disks")
        }
        guard (end64 != nil) == hasLocator else { throw Self.rule.refusal("ZIP64 records that do not fit") }
        if count == 0 { (start, end) = (position, position) }
        let (shortCount, shortSize, shortStart): (UInt16, UInt32, UInt32) =
            (record.little(10), record.little(12), record.little(16))
        let said = (
            count: shortCount == .max ? end64?.count ?? 0xFFFF : UInt64(shortCount),
            size: shortSize == .max ? end64?.size ?? .max : UInt64(shortSize),
            start: shortStart == .max ? end64?.start ?? .max : UInt64(shortStart)
        )
        guard said.count == UInt64(count), count == files, said.size == end - start, said.start == start else {
            throw Self.rule.refusal("the directory and its end disagree")
        }
        if let end64, end64.count != said.count || end64.size != said.size || end64.start != said.start {
            throw Self.rule.refusal("the directory has two ends that disagree")
        }
    }

    /// - Throws: `Refusal.invalid` when a file is also used as a directory.
    static func requireTree(_ listing: ZipListing) throws(Refusal) {
        // By bytes: there are many parents, and a text is slow to hash.
        let files = Set(listing.entries.lazy.filter { !$0.isDirectory }.map { Array($0.name.utf8)[...] })
        for entry in listing.entries {
            let name = Array(entry.name.utf8)
            for slash in name.indices.dropFirst() where name[slash] == UInt8(ascii: "/") {
                guard files.contains(name[..<slash]) else { continue }
                throw ZipName.refusal("\(String(decoding: name[..<slash], as: UTF8.self)) is a file and a directory")
            }
        }
    }
}
