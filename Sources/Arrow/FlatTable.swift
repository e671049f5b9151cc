/// A table of a FlatBuffers buffer, read in place. Every offset is checked, so that broken bytes throw and never lead
/// outside the buffer.
struct FlatTable {
    private let bytes: [UInt8]
    private let position: Int
    private let slots: Int
    private let slotCount: Int

    /// The buffer's root table.
    /// - Throws: `ArrowError` when there is none.
    init(root bytes: [UInt8]) throws(ArrowError) {
        let offset = try Self.integer(UInt32.self, bytes, at: 0)
        try self.init(bytes, at: Int(offset))
    }

    private init(_ bytes: [UInt8], at position: Int) throws(ArrowError) {
        let slots = position - Int(try Self.integer(Int32.self, bytes, at: position))
        let size = Int(try Self.integer(UInt16.self, bytes, at: slots))
        guard size >= 4, size % 2 == 0, size <= bytes.count - slots else { throw ArrowError("a broken vtable") }
        self.bytes = bytes
        self.position = position
        self.slots = slots
        self.slotCount = (size - 4) / 2
    }

    /// A number, or `fallback` when the table leaves it out.
    func integer<T: FixedWidthInteger>(_ slot: Int, default fallback: T) throws(ArrowError) -> T {
        guard let place = try place(of: slot) else { return fallback }
        return try Self.integer(T.self, bytes, at: place)
    }

    /// A table inside; `nil` when it is left out.
    func table(_ slot: Int) throws(ArrowError) -> FlatTable? {
        guard let place = try place(of: slot) else { return nil }
        return try FlatTable(bytes, at: try target(of: place))
    }

    /// A string of at most `limit` bytes; `nil` when it is left out.
    func string(_ slot: Int, limit: Int) throws(ArrowError) -> String? {
        guard let place = try place(of: slot) else { return nil }
        let start = try target(of: place)
        let count = Int(try Self.integer(UInt32.self, bytes, at: start))
        guard count <= limit else { throw ArrowError("a name of over \(limit) bytes") }
        guard count <= bytes.count - start - 4,
            let text = String(validating: bytes[start + 4..<start + 4 + count], as: UTF8.self)
        else { throw ArrowError("a string that is cut off or not UTF-8") }
        return text
    }

    /// A vector of tables, at most `limit`; empty when it is left out.
    func tables(_ slot: Int, limit: Int) throws(ArrowError) -> [FlatTable] {
        guard let place = try place(of: slot) else { return [] }
        let start = try target(of: place)
        let count = Int(try Self.integer(UInt32.self, bytes, at: start))
        guard count <= limit, count <= (bytes.count - start - 4) / 4 else {
            throw ArrowError("a list of more entries than it can have")
        }
        var tables: [FlatTable] = []
        for index in 0..<count { tables.append(try FlatTable(bytes, at: try target(of: start + 4 + 4 * index))) }
        return tables
    }

    private func place(of slot: Int) throws(ArrowError) -> Int? {
        guard slot < slotCount else { return nil }
        let offset = Int(try Self.integer(UInt16.self, bytes, at: slots + 4 + 2 * slot))
        return offset == 0 ? nil : position + offset
    }

    private func target(of place: Int) throws(ArrowError) -> Int {
        place + Int(try Self.integer(UInt32.self, bytes, at: place))
    }

    private static func integer<T: FixedWidthInteger>(_: T.Type, _ bytes: [UInt8], at place: Int) throws(ArrowError)
        -> T
    {
        let size = T.bitWidth / 8
        guard place >= 0, place <= bytes.count - size else { throw ArrowError("an offset that leads outside") }
        var value: UInt64 = 0
        for byte in bytes[place..<place + size].reversed() { value = value << 8 | UInt64(byte) }
        return T(truncatingIfNeeded: value)
    }
}
