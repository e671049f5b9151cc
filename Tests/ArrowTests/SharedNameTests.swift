import Arrow
import Testing

/// Schema messages whose parts are used more than once.
struct SharedNameTests {
    private static func le(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// A schema of `count` text fields, whose names follow each other `step` bytes apart: 0 for one name that all share.
    /// With `sharesTable`, all fields are one table too.
    private static func message(_ count: Int, nameBytes: Int, step: Int, sharesTable: Bool = false) -> [UInt8] {
        let tables = sharesTable ? 1 : count
        // 4 message: vtable, table; 28 schema: vtable, table; 44 type; 52 vtable of a field; 64 list; tables; names.
        let (list, fields) = (64, 68 + 4 * count)
        let names = fields + 16 * tables
        var bytes = le(16) + [10, 0, 12, 0, 4, 0, 6, 0, 8, 0, 0, 0] + le(12) + [4, 0, 1, 0] + le(36 - 24)
        bytes += [8, 0, 8, 0, 0, 0, 4, 0] + le(8) + le(list - 40)
        bytes += [4, 0, 4, 0] + le(4)
        bytes += [12, 0, 16, 0, 4, 0, 0, 0, 12, 0, 8, 0] + le(count)
        for index in 0..<count { bytes += le(fields + 16 * (sharesTable ? 0 : index) - (68 + 4 * index)) }
        for index in 0..<tables {
            let table = fields + 16 * index
            // The type's table lies before, which an unsigned offset does not reach: a copy of it lies behind the names.
            bytes += le(table - 52) + le(names + step * index - (table + 4))
            bytes += le(names + step * (step == 0 ? 0 : tables - 1) + 4 + nameBytes + 4 - (table + 8)) + [5, 0, 0, 0]
        }
        for _ in 0..<(step == 0 ? 1 : tables) { bytes += le(nameBytes) + [UInt8](repeating: 97, count: nameBytes) }
        bytes += [4, 0, 4, 0] + le(4)
        return [0xFF, 0xFF, 0xFF, 0xFF] + le(bytes.count) + bytes
    }

    @Test func `fields with names of their own are read`() throws {
        let schema = try ArrowSchema(message: Self.message(3, nameBytes: 1000, step: 1004))
        #expect(schema.fields.map(\.name.utf8.count) == [1000, 1000, 1000])
        #expect(schema.fields.allSatisfy { $0.type == .string })
    }

    @Test func `names are no more than the message has`() throws {
        #expect(try ArrowSchema(message: Self.message(10, nameBytes: 20, step: 0)).fields.count == 10)
        #expect(throws: ArrowError("more bytes of names than the message has")) {
            try ArrowSchema(message: Self.message(100, nameBytes: 1000, step: 0))
        }
    }

    @Test func `fields are no more than the message has room for`() throws {
        #expect(throws: ArrowError("more fields than the message has room for")) {
            try ArrowSchema(message: Self.message(1000, nameBytes: 1, step: 0, sharesTable: true))
        }
    }

    @Test func `a name is its bytes`() {
        let schema = ArrowSchema(fields: [ArrowField("\u{E9}", .string)])
        #expect(schema[name: "\u{E9}"] != nil && schema[name: "e\u{301}"] == nil)
    }
}
