/// One column of one row in binary format, or a part of it. Reads are checked against its length. It is only ever
/// borrowed: the bytes belong to the result that made it.
@safe package struct SQLCell: ~Copyable {
    private let base: UnsafeRawPointer?
    /// The length in bytes.
    package let count: Int
    /// The column's type.
    package let type: SQLType

    init(base: UnsafeRawPointer?, count: Int, type: SQLType) {
        unsafe self.base = unsafe base
        self.count = count
        self.type = type
    }

    /// Whether the column is null.
    package var isNull: Bool { unsafe base == nil }

    /// The whole cell as one integer in network order; `nil` when it has another width.
    package func integer<Value: FixedWidthInteger>(_ type: Value.Type) -> Value? {
        count == Value.bitWidth / 8 ? integer(type, at: 0) : nil
    }

    /// An integer in network order at an offset; `nil` outside the cell.
    package func integer<Value: FixedWidthInteger>(_: Value.Type, at offset: Int) -> Value? {
        guard let base = unsafe base, offset >= 0, offset + Value.bitWidth / 8 <= count else { return nil }
        return Value(bigEndian: unsafe base.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// The bytes; `nil` for null.
    package func bytes() -> [UInt8]? {
        guard let base = unsafe base else { return nil }
        return unsafe [UInt8](UnsafeRawBufferPointer(start: base, count: count))
    }

    /// The bytes from an offset on as text; `nil` for null. The server has checked that they are UTF-8.
    package func text(from offset: Int = 0) -> String? {
        guard let base = unsafe base, (0...count).contains(offset) else { return nil }
        return unsafe String(
            decoding: UnsafeRawBufferPointer(start: base + offset, count: count - offset), as: UTF8.self)
    }

    /// A value inside the cell, an element of an array for example.
    package func decode<Value: SQLValue>(_: Value.Type, at offset: Int, count: Int, as type: SQLType) -> Value? {
        guard let base = unsafe base, offset >= 0, count >= 0, offset + count <= self.count else { return nil }
        return Value.sqlDecode(unsafe SQLCell(base: base + offset, count: count, type: type))
    }
}
