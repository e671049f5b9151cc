import Domain

/// A message of an object header: its type by the specification, and its bytes, which are a part of the file's.
typealias HDF5Message = (type: Int, body: ArraySlice<UInt8>)

/// The messages of an object header, block by block.
protocol HDF5HeaderBlocks {
    /// The first block: address and length.
    var firstBlock: (start: UInt64, count: UInt64) { get }
    /// The messages of a block, by the numbers of the specification.
    /// - Throws: `Refusal.invalid` when they are more than `limit`, or damaged.
    func messages(_ block: (start: UInt64, count: UInt64), atMost limit: Int) throws(Refusal) -> [HDF5Message]
}

/// Version 1: a prefix of 16 bytes; messages with a head of 8.
struct HDF5Header1: HDF5HeaderBlocks {
    private let file: HDF5File
    private let rule: FormatRule
    let firstBlock: (start: UInt64, count: UInt64)

    init(_ file: HDF5File, at address: UInt64, _ rule: FormatRule) throws(Refusal) {
        guard let prefix = file.slice(address, 16), prefix.first == 1 else {
            throw rule.refusal("the root group can't be read")
        }
        self.file = file
        self.rule = rule
        firstBlock = (address + 16, UInt64(prefix.little(8, as: UInt32.self)))
    }

    func messages(_ block: (start: UInt64, count: UInt64), atMost limit: Int) throws(Refusal) -> [HDF5Message] {
        guard let bytes = file.slice(block.start, block.count) else {
            throw rule.refusal("an object header that lies too far behind, or outside of the file")
        }
        var messages: [HDF5Message] = []
        var place = 0
        while place + 8 <= bytes.count {
            let size = Int(bytes.little(place + 2, as: UInt16.self))
            guard size <= bytes.count - place - 8, messages.count < limit else {
                throw rule.refusal("a damaged object header")
            }
            let type = Int(bytes.little(place, as: UInt16.self))
            messages.append((type, bytes.dropFirst(place + 8).prefix(size)))
            place += 8 + size
        }
        return messages
    }
}

/// Version 2: "OHDR" and "OCHK" blocks that end in a checksum.
struct HDF5Header2: HDF5HeaderBlocks {
    private let file: HDF5File
    private let rule: FormatRule
    /// Bytes of a message's head.
    private let headSize: Int
    let firstBlock: (start: UInt64, count: UInt64)
    private let firstStart: UInt64

    init(_ file: HDF5File, at address: UInt64, _ rule: FormatRule) throws(Refusal) {
        guard let prefix = file.slice(address, 6), prefix.little(4, as: UInt8.self) == 2 else {
            throw rule.refusal("the root group can't be read")
        }
        let flags = prefix.little(5, as: UInt8.self)
        let sizeStart = 6 + (flags & 0x20 == 0 ? 0 : 16) + (flags & 0x10 == 0 ? 0 : 4)
        let sizeBytes = 1 << Int(flags & 3)
        guard let size = file.slice(address + UInt64(sizeStart), UInt64(sizeBytes)) else {
            throw rule.refusal("the root group can't be read")
        }
        self.file = file
        self.rule = rule
        headSize = flags & 0x04 == 0 ? 4 : 6
        let count = size.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        firstBlock = (address + UInt64(sizeStart + sizeBytes), count)
        firstStart = firstBlock.start
    }

    func messages(_ block: (start: UInt64, count: UInt64), atMost limit: Int) throws(Refusal) -> [HDF5Message] {
        guard var bytes = file.slice(block.start, block.count) else {
            throw rule.refusal("an object header that lies too far behind, or outside of the file")
        }
        if block.start != firstStart {
            guard bytes.count >= 8, bytes.starts(with: "OCHK".utf8) else {
                throw rule.refusal("a damaged object header")
            }
            bytes = bytes.dropFirst(4).dropLast(4)
        }
        var messages: [HDF5Message] = []
        var place = 0
        while place + headSize <= bytes.count {
            let size = Int(bytes.little(place + 1, as: UInt16.self))
            guard size <= bytes.count - place - headSize, messages.count < limit else {
                throw rule.refusal("a damaged object header")
            }
            let type = Int(bytes.little(place, as: UInt8.self))
            messages.append((type, bytes.dropFirst(place + headSize).prefix(size)))
            place += headSize + size
        }
        return messages
    }
}
