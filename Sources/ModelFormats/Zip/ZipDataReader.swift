import Archive
import Domain

/// The data of a zip archive's files, one after the other: unpacked, counted and summed up on the way to the layout.
struct ZipDataReader {
    private enum Mode { case stored, deflated, descriptor, open }

    /// A small archive may unpack to this much, however well it is packed.
    private static let freeBytes: UInt64 = 64 << 20
    /// Beyond that, at most so many times its own size; deflate reaches 1032.
    private static let ratioLimit: UInt64 = 200
    private static let descriptorSignature: UInt32 = 0x0807_4B50

    private let inflater: Inflater
    private let unpackedLimit: UInt64
    /// Unpacked bytes of the whole archive.
    private var total: UInt64 = 0
    private var header: ZipRecord.Local?
    private var mode = Mode.stored
    private var packed: UInt64 = 0
    private var size: UInt64 = 0
    private var crc: UInt32 = 0
    private var descriptor: [UInt8] = []
    /// Bytes of an entry of unknown size that may be its descriptor.
    private var candidate: [UInt8] = []

    init(unpackedLimit: UInt64) throws(Refusal) {
        self.unpackedLimit = unpackedLimit
        do {
            inflater = try Inflater()
        } catch {
            throw .unavailable("no memory to read the archive", retryAfterSeconds: 5)
        }
    }

    mutating func begin(_ header: ZipRecord.Local) {
        self.header = header
        (packed, size, crc) = (0, 0, 0)
        descriptor = []
        candidate = []
        if header.isSizeKnown, header.entry.method == 0 || header.entry.packed == 0 {
            mode = .stored
        } else if header.entry.method == 8 {
            inflater.reset()
            mode = .deflated
        } else {
            mode = .open
        }
    }

    /// Whether the entry has neither data nor a descriptor.
    var isEmpty: Bool {
        guard case .stored = mode, let header else { return false }
        return header.entry.packed == 0
    }

    /// Moves `offset` behind what belongs to the entry.
    /// - Parameter archiveBytes: bytes of the archive before `bytes`, against which the unpacked ones are measured.
    /// - Returns: whether the entry is complete.
    /// - Throws: `Refusal.invalid`: `zip`, `zip_bomb`, or what the layout throws.
    mutating func consume(
        _ bytes: Span<UInt8>, _ offset: inout Int, archiveBytes: UInt64, _ layout: inout some ZipLayout
    ) throws(Refusal) -> Bool {
        guard let header else { return true }
        let allowance = Self.freeBytes + Self.ratioLimit * (archiveBytes + UInt64(bytes.count))
        let limit = min(unpackedLimit, allowance)
        while offset < bytes.count {
            switch mode {
            case .stored:
                let end = offset + Int(min(UInt64(bytes.count - offset), header.entry.packed - packed))
                try take(bytes.extracting(offset..<end), limit, &layout)
                packed += UInt64(end - offset)
                offset = end
                if packed == header.entry.packed, endData(header) { return true }
            case .deflated:
                if try inflate(bytes, &offset, header, limit, &layout), endData(header) { return true }
            case .descriptor:
                descriptor.append(bytes[offset])
                offset += 1
                if descriptor.count == descriptorLength(header) { return true }
            case .open:
                if try takeOpen(bytes, &offset, header, limit, &layout) { return true }
            }
        }
        return false
    }

    /// The entry with its real size and checksum.
    /// - Throws: `Refusal.invalid` when they are not the announced ones.
    func finished() throws(Refusal) -> ZipEntry {
        guard var entry = header?.entry, let header else { throw ZipRecord.rule.refusal("no entry") }
        if header.hasDescriptor {
            let start = descriptor.little(0) == Self.descriptorSignature ? 4 : 0
            let wide = isWide(header)
            let packedThere: UInt64 =
                wide ? descriptor.little(start + 4) : UInt64(descriptor.little(start + 4, as: UInt32.self))
            let sizeThere: UInt64 =
                wide ? descriptor.little(start + 12) : UInt64(descriptor.little(start + 8, as: UInt32.self))
            entry.crc = descriptor.little(start)
            entry.packed = packedThere
            entry.size = sizeThere
        }
        guard entry.crc == crc, entry.size == size, entry.packed == packed else {
            throw ZipRecord.rule.refusal("\(entry.name) is damaged: wrong size or checksum")
        }
        return entry
    }

    private mutating func take(_ bytes: Span<UInt8>, _ limit: UInt64, _ layout: inout some ZipLayout) throws(Refusal) {
        guard bytes.count > 0 else { return }
        total += UInt64(bytes.count)
        guard total <= limit else {
            throw .invalid("body", "zip_bomb", "the archive unpacks to too many bytes for its size")
        }
        size += UInt64(bytes.count)
        crc = ZipChecksum.update(crc, bytes)
        try layout.take(bytes)
    }

    /// Whether the entry ends with its data; else a descriptor follows.
    private mutating func endData(_ header: ZipRecord.Local) -> Bool {
        mode = .descriptor
        return !header.hasDescriptor
    }

    /// Whether the deflate stream is complete.
    private mutating func inflate(
        _ bytes: Span<UInt8>, _ offset: inout Int, _ header: ZipRecord.Local, _ limit: UInt64,
        _ layout: inout some ZipLayout
    ) throws(Refusal) -> Bool {
        while true {
            let known = header.isSizeKnown ? header.entry.packed - packed : .max
            let end = offset + Int(min(UInt64(bytes.count - offset), known))
            let step: Inflater.Step
            do {
                step = try inflater.step(bytes.extracting(offset..<end))
            } catch {
                throw ZipRecord.rule.refusal("\(header.entry.name) is damaged")
            }
            offset += step.consumed
            packed += UInt64(step.consumed)
            let (data, reader) = (step.produced, inflater)
            try reader.withOutput(data) { (output: Span<UInt8>) throws(Refusal) in try take(output, limit, &layout) }
            if step.isEnded { return true }
            guard !step.isFull else { continue }
            if offset == end {
                guard packed != (header.isSizeKnown ? header.entry.packed : .max) else {
                    throw ZipRecord.rule.refusal("\(header.entry.name) is damaged: its data does not end")
                }
                return false
            }
            guard step.consumed > 0 else { throw ZipRecord.rule.refusal("\(header.entry.name) is damaged") }
        }
    }

    private func isWide(_ header: ZipRecord.Local) -> Bool {
        isWide(header, max(packed, size))
    }

    private func descriptorLength(_ header: ZipRecord.Local) -> Int {
        guard descriptor.count >= 4 else { return 24 }
        return (descriptor.little(0) == Self.descriptorSignature ? 8 : 4) + (isWide(header) ? 16 : 8)
    }
}

extension ZipDataReader {
    /// Data that is stored and whose size stands only in the descriptor behind it, as PyTorch writes it: it ends where
    /// a descriptor follows whose size and checksum are those of the data. Another end than that of the central
    /// directory is found out there.
    private mutating func takeOpen(
        _ bytes: Span<UInt8>, _ offset: inout Int, _ header: ZipRecord.Local, _ limit: UInt64,
        _ layout: inout some ZipLayout
    ) throws(Refusal) -> Bool {
        if try takeCandidate(bytes, &offset, header, limit, &layout) { return true }
        var (start, place) = (offset, offset)
        while place < bytes.count {
            // Most data that looks like a descriptor has not its size, and is then neither handed over nor summed up.
            guard bytes[place] == 0x50, mayBegin(bytes, place, after: UInt64(place - start), header) else {
                place += 1
                continue
            }
            try takeOpen(bytes.extracting(start..<place), limit, &layout)
            start = place
            let end = min(bytes.count, place + descriptorSize(header, size))
            let there = bytes.extracting(place..<end)
            guard isDescriptor(there, header) else {
                place += 1
                continue
            }
            for index in 0..<there.count { candidate.append(there[index]) }
            offset = end
            guard there.count == descriptorSize(header, size) else { return false }
            descriptor = candidate
            return true
        }
        try takeOpen(bytes.extracting(start..<place), limit, &layout)
        offset = place
        return false
    }

    /// Goes on with a descriptor, or what looked like one, that began in the piece before; the bytes of this piece that
    /// turn out to be data are left.
    private mutating func takeCandidate(
        _ bytes: Span<UInt8>, _ offset: inout Int, _ header: ZipRecord.Local, _ limit: UInt64,
        _ layout: inout some ZipLayout
    ) throws(Refusal) -> Bool {
        var taken = 0
        while candidate.count > taken {
            if isDescriptor(candidate.span, header) {
                if candidate.count == descriptorSize(header, size) {
                    descriptor = candidate
                    return true
                }
                guard offset < bytes.count else { return false }
                candidate.append(bytes[offset])
                offset += 1
                taken += 1
            } else {
                let first: [1 of UInt8] = [candidate.removeFirst()]
                try takeOpen(first.span, limit, &layout)
            }
        }
        candidate.removeAll(keepingCapacity: true)
        offset -= taken
        return false
    }

    private mutating func takeOpen(_ bytes: Span<UInt8>, _ limit: UInt64, _ layout: inout some ZipLayout)
        throws(Refusal)
    {
        try take(bytes, limit, &layout)
        packed = size
    }

    /// Whether the descriptor of the data so far and `ahead` bytes more may stand there: its signature and size, as far
    /// as the piece goes.
    private func mayBegin(_ bytes: Span<UInt8>, _ place: Int, after ahead: UInt64, _ header: ZipRecord.Local) -> Bool {
        let whole = size + ahead
        for index in 0..<min(descriptorSize(header, whole), bytes.count - place) {
            if index < 4 || index >= 8 {
                guard bytes[place + index] == descriptorByte(index, whole, header) else { return false }
            }
        }
        return true
    }

    /// Whether the bytes are the descriptor of the data so far, or its beginning.
    private func isDescriptor(_ bytes: Span<UInt8>, _ header: ZipRecord.Local) -> Bool {
        for index in 0..<bytes.count {
            guard bytes[index] == descriptorByte(index, size, header) else { return false }
        }
        return true
    }

    /// Signature, checksum, and the size twice.
    private func descriptorByte(_ index: Int, _ size: UInt64, _ header: ZipRecord.Local) -> UInt8 {
        switch index {
        case 0..<4: UInt8(truncatingIfNeeded: Self.descriptorSignature >> UInt32(8 * index))
        case 4..<8: UInt8(truncatingIfNeeded: crc >> UInt32(8 * (index - 4)))
        default: UInt8(truncatingIfNeeded: size >> UInt64(8 * ((index - 8) % (isWide(header, size) ? 8 : 4))))
        }
    }

    private func descriptorSize(_ header: ZipRecord.Local, _ size: UInt64) -> Int { isWide(header, size) ? 24 : 16 }

    private func isWide(_ header: ZipRecord.Local, _ size: UInt64) -> Bool {
        header.isZip64 || size > UInt64(UInt32.max)
    }
}
