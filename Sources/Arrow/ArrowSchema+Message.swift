extension ArrowSchema {
    /// Reads one encapsulated IPC message with a schema (0xFFFFFFFF, length, FlatBuffers message), as
    /// `pyarrow.Schema.serialize()` makes it. Memory is bounded by the message and the limits below.
    /// - Throws: `ArrowError` for anything else.
    package init(message bytes: [UInt8]) throws(ArrowError) {
        guard bytes.count >= 8, bytes[..<4].allSatisfy({ $0 == 0xFF }) else {
            throw ArrowError("not an encapsulated Arrow message: it does not begin with 0xFFFFFFFF")
        }
        let length = (4..<8).reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) }
        guard length > 0, length == bytes.count - 8 else {
            throw ArrowError("the length in the message is not that of the bytes")
        }
        let message = try FlatTable(root: Array(bytes[8...]))
        // Message: 0 version, 1 header_type, 2 header, 3 bodyLength.
        guard try message.integer(0, default: Int16(0)) >= 3 else { throw ArrowError("metadata before version 4") }
        guard try message.integer(1, default: UInt8(0)) == 1, let schema = try message.table(2) else {
            throw ArrowError("the message is not a schema")
        }
        guard try message.integer(3, default: Int64(0)) == 0 else { throw ArrowError("a schema has no body") }
        // Schema: 0 endianness, 1 fields.
        guard try schema.integer(0, default: Int16(0)) == 0 else { throw ArrowError("big-endian data") }
        var reader = FieldReader(messageBytes: length)
        self.init(fields: try reader.fields(of: schema, slot: 1, depth: 0))
    }
}

/// Field tables, counted, and their names, because offsets of a hostile buffer may lead to the same table or the same
/// name again and again: what is read is never much more than the message.
private struct FieldReader {
    private static let fieldLimit = 10_000
    private static let depthLimit = 32
    private static let nameLimit = 1024
    /// A field takes at least so many bytes of an honest message: an entry of a list, and a table with name and type.
    private static let leastFieldBytes = 16
    private let limit: Int
    private var count = 0
    private var nameBytesLeft: Int

    init(messageBytes: Int) {
        limit = min(Self.fieldLimit, messageBytes / Self.leastFieldBytes)
        nameBytesLeft = messageBytes
    }

    mutating func fields(of table: FlatTable, slot: Int, depth: Int) throws(ArrowError) -> [ArrowField] {
        guard depth <= Self.depthLimit else { throw ArrowError("types nested deeper than \(Self.depthLimit)") }
        var fields: [ArrowField] = []
        for child in try table.tables(slot, limit: Self.fieldLimit) { fields.append(try field(child, depth: depth)) }
        return fields
    }

    /// Field: 0 name, 1 nullable, 2 type_type, 3 type, 4 dictionary, 5 children.
    private mutating func field(_ table: FlatTable, depth: Int) throws(ArrowError) -> ArrowField {
        count += 1
        guard count <= Self.fieldLimit else { throw ArrowError("more than \(Self.fieldLimit) fields") }
        guard count <= limit else { throw ArrowError("more fields than the message has room for") }
        let children = try fields(of: table, slot: 5, depth: depth + 1)
        guard let details = try table.table(3) else { throw ArrowError("a field without a type") }
        var type = try Self.type(try table.integer(2, default: UInt8(0)), details, children)
        if try table.table(4) != nil { type = .dictionary(type) }
        return ArrowField(try name(table), type, isNullable: try table.integer(1, default: UInt8(0)) != 0)
    }

    private mutating func name(_ table: FlatTable) throws(ArrowError) -> String {
        let name = try table.string(0, limit: Self.nameLimit) ?? ""
        nameBytesLeft -= name.utf8.count
        guard nameBytesLeft >= 0 else { throw ArrowError("more bytes of names than the message has") }
        return name
    }

    /// By the numbers of the union `Type`.
    private static func type(_ number: UInt8, _ table: FlatTable, _ children: [ArrowField]) throws(ArrowError)
        -> ArrowType
    {
        switch number {
        case 1: return .null
        case 2: return try integer(table)
        case 3: return try floating(table)
        case 4, 19, 23: return .binary
        case 5, 20, 24: return .string
        case 6: return .bool
        case 7:
            return .decimal(
                precision: Int(try table.integer(0, default: Int32(0))),
                scale: Int(try table.integer(1, default: Int32(0))))
        case 8: return .temporal("date")
        case 9: return .temporal("time")
        case 10: return .temporal("timestamp")
        case 11: return .temporal("interval")
        case 18: return .temporal("duration")
        case 15: return .fixedBinary(bytes: try size(table))
        case 13: return .structure(children)
        case 14: return .union(children)
        case 12, 21, 25, 26: return .list(try only(children))
        case 16: return .fixedList(try only(children), count: try size(table))
        case 17: return .map(try only(children))
        default: throw ArrowError("a type that is not known (\(number))")
        }
    }

    private static func integer(_ table: FlatTable) throws(ArrowError) -> ArrowType {
        let bits = try table.integer(0, default: Int32(0))
        guard [8, 16, 32, 64].contains(bits) else { throw ArrowError("integers of \(bits) bits") }
        return .integer(bits: Int(bits), signed: try table.integer(1, default: UInt8(0)) != 0)
    }

    private static func floating(_ table: FlatTable) throws(ArrowError) -> ArrowType {
        let precision = try table.integer(0, default: Int16(0))
        guard (0...2).contains(precision) else { throw ArrowError("floating-point numbers of no known precision") }
        return .floating(bits: 16 << Int(precision))
    }

    private static func size(_ table: FlatTable) throws(ArrowError) -> Int {
        let size = try table.integer(0, default: Int32(0))
        guard size >= 0 else { throw ArrowError("a negative size") }
        return Int(size)
    }

    private static func only(_ children: [ArrowField]) throws(ArrowError) -> ArrowField {
        guard children.count == 1 else { throw ArrowError("a list that has not exactly one kind of item") }
        return children[0]
    }
}
