import Domain

/// The beginning of an HDF5 file (HDF5 File Format Specification 3.0): the superblock, and the attributes of the root
/// group. Every address is checked; what lies behind the beginning counts as absent.
struct HDF5File {
    private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let messageLimit = 10_000

    private let bytes: [UInt8]
    private let rule: FormatRule
    /// Where the file must end.
    let endOfFile: UInt64
    private let rootHeader: UInt64

    static func hasSignature(_ bytes: [UInt8]) -> Bool { bytes.starts(with: signature) }

    /// - Throws: `Refusal.invalid` when the superblock is not one that can be read.
    init(_ bytes: [UInt8], rule: FormatRule) throws(Refusal) {
        guard Self.hasSignature(bytes), bytes.count >= 96 else { throw rule.refusal("not an HDF5 file") }
        self.bytes = bytes
        self.rule = rule
        switch bytes[8] {
        case 0, 1:
            // 13 size of offsets, 14 size of lengths; version 1 has four bytes more before the addresses.
            guard bytes[13] == 8, bytes[14] == 8 else { throw rule.refusal("addresses of another size than 8 bytes") }
            let base = bytes[8] == 0 ? 24 : 28
            endOfFile = bytes.little(base + 16)
            rootHeader = bytes.little(base + 40)
        case 2, 3:
            guard bytes[9] == 8, bytes[10] == 8 else { throw rule.refusal("addresses of another size than 8 bytes") }
            endOfFile = bytes.little(28)
            rootHeader = bytes.little(36)
        default: throw rule.refusal("an HDF5 file of a version that is not known")
        }
    }

    /// The texts of the named attributes of the root group, as far as they are there.
    /// - Throws: `Refusal.invalid` when the group can't be read, or has an attribute twice.
    func rootAttributes(_ names: Set<String>) throws(Refusal) -> [String: String] {
        var attributes: [String: String] = [:]
        var seen: Set<String> = []
        for message in try rootMessages() {
            guard let attribute = HDF5Attribute(message), names.contains(attribute.name) else { continue }
            // Looking up a value may mean to walk through a heap, so it is done once for each name.
            guard seen.insert(attribute.name).inserted else { throw rule.refusal("an attribute that is there twice") }
            attributes[attribute.name] = text(attribute)
        }
        return attributes
    }

    /// The attribute messages of the root group's header, with its continuations.
    private func rootMessages() throws(Refusal) -> [ArraySlice<UInt8>] {
        let reader: any HDF5HeaderBlocks
        if let header = slice(rootHeader, 16), header.starts(with: "OHDR".utf8) {
            reader = try HDF5Header2(self, at: rootHeader, rule)
        } else {
            reader = try HDF5Header1(self, at: rootHeader, rule)
        }
        var found: [ArraySlice<UInt8>] = []
        var count = 0
        var blocks = [reader.firstBlock]
        var seen: Set<UInt64> = []
        while let block = blocks.popLast() {
            // A continuation may lead back.
            guard seen.insert(block.start).inserted else { throw rule.refusal("a damaged object header") }
            let messages = try reader.messages(block, atMost: Self.messageLimit - count)
            count += messages.count
            for message in messages {
                switch message.type {
                case 0x0C: found.append(message.body)
                case 0x10 where message.body.count >= 16:
                    let body = Array(message.body)
                    blocks.append((body.little(0), body.little(8)))
                default: break
                }
            }
        }
        return found
    }

    /// Bytes at an address; `nil` when they are not in the beginning of the file.
    func slice(_ address: UInt64, _ count: UInt64) -> ArraySlice<UInt8>? {
        guard address <= UInt64(bytes.count), count <= UInt64(bytes.count) - address else { return nil }
        return bytes[Int(address)..<Int(address + count)]
    }

    /// A value of a string type: of fixed length (class 3), or of any length, in the global heap (class 9).
    private func text(_ attribute: HDF5Attribute) -> String? {
        let (type, value) = (attribute.type, attribute.value)
        let size = Int(type.little(4, as: UInt32.self))
        switch type[0] & 0x0F {
        case 3: return String(validating: value.prefix(size).prefix { $0 != 0 }, as: UTF8.self)
        case 9 where type[1] & 0x0F == 1 && value.count >= 16:
            return heapObject(value.little(12, as: UInt32.self), at: value.little(4)).flatMap {
                String(validating: $0.prefix(Int(value.little(0, as: UInt32.self))), as: UTF8.self)
            }
        default: return nil
        }
    }

    /// An object of a global heap collection ("GCOL", version, size, objects).
    private func heapObject(_ wanted: UInt32, at address: UInt64) -> ArraySlice<UInt8>? {
        guard let header = slice(address, 16).map({ Array($0) }), header.starts(with: "GCOL".utf8),
            let heap = slice(address, header.little(8)).map({ Array($0) })
        else { return nil }
        var place = 16
        while place + 16 <= heap.count {
            let (index, size): (UInt16, UInt64) = (heap.little(place), heap.little(place + 8))
            guard index != 0, size <= UInt64(heap.count - place - 16) else { return nil }
            if UInt32(index) == wanted { return heap[(place + 16)..<(place + 16 + Int(size))] }
            place += 16 + (Int(size) + 7) & ~7
        }
        return nil
    }
}

/// An attribute message (versions 1 to 3): its name, and the bytes of its type and value.
private struct HDF5Attribute {
    let name: String
    /// At least 8 bytes.
    let type: [UInt8]
    let value: [UInt8]

    /// `nil` when the message does not hold one.
    init?(_ message: ArraySlice<UInt8>) {
        let body = Array(message)
        guard body.count >= 8, (1...3).contains(body[0]) else { return nil }
        let sizes = [2, 4, 6].map { Int(body.little($0, as: UInt16.self)) }
        func padded(_ size: Int) -> Int { body[0] == 1 ? (size + 7) & ~7 : size }
        let nameStart = body[0] == 3 ? 9 : 8
        let typeStart = nameStart + padded(sizes[0])
        let valueStart = typeStart + padded(sizes[1]) + padded(sizes[2])
        guard valueStart <= body.count, sizes[1] >= 8,
            sizes[0] <= 1024, let name = Self.name(body[nameStart..<nameStart + sizes[0]])
        else { return nil }
        self.name = name
        type = Array(body[typeStart..<typeStart + sizes[1]])
        value = Array(body[valueStart...])
    }

    private static func name(_ bytes: ArraySlice<UInt8>) -> String? {
        guard MarkRuns.areShort(Array(bytes)) else { return nil }
        return String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
