/// What binds as a parameter and decodes from a column. Parameters carry their type, so that the server never guesses;
/// everything travels in PostgreSQL's binary format.
package protocol SQLValue: Sendable {
    /// The parameter to bind.
    var sqlParameter: SQLParameter { get }
    /// The type that a null parameter of this Swift type has.
    static var sqlType: SQLType { get }
    /// The value in a column, or `nil` when the column is null or holds something else.
    static func sqlDecode(_ cell: borrowing SQLCell) -> Self?
}

/// What may stand in an array: binds as a PostgreSQL array, except `UInt8`, whose arrays are `bytea`.
package protocol SQLElement: Sendable {
    /// The array's type.
    static var sqlArrayType: SQLType { get }
    /// The parameter for an array of these.
    static func sqlArrayParameter(_ elements: [Self]) -> SQLParameter
    /// The array in a column, or `nil` when the column is null or holds something else (a null element, for example).
    static func sqlDecodeArray(_ cell: borrowing SQLCell) -> [Self]?
}

/// The object id of a built-in type (pg_type.dat).
package struct SQLType: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let bool = SQLType(rawValue: 16)
    package static let bytea = SQLType(rawValue: 17)
    package static let name = SQLType(rawValue: 19)
    package static let int8 = SQLType(rawValue: 20)
    package static let int2 = SQLType(rawValue: 21)
    package static let int4 = SQLType(rawValue: 23)
    package static let text = SQLType(rawValue: 25)
    package static let json = SQLType(rawValue: 114)
    package static let float4 = SQLType(rawValue: 700)
    package static let float8 = SQLType(rawValue: 701)
    package static let unknown = SQLType(rawValue: 705)
    package static let int8Array = SQLType(rawValue: 1016)
    package static let int4Array = SQLType(rawValue: 1007)
    package static let textArray = SQLType(rawValue: 1009)
    package static let float8Array = SQLType(rawValue: 1022)
    package static let bpchar = SQLType(rawValue: 1042)
    package static let varchar = SQLType(rawValue: 1043)
    package static let timestamptz = SQLType(rawValue: 1184)
    package static let uuid = SQLType(rawValue: 2950)
    package static let uuidArray = SQLType(rawValue: 2951)
    package static let jsonb = SQLType(rawValue: 3802)

    /// Whether the binary form is plain text: the text types and a user's own enums (whose ids start at 16384).
    var isTextual: Bool {
        switch self {
        case .text, .varchar, .bpchar, .name, .unknown, .json: true
        default: rawValue >= 16384
        }
    }
}

/// A bound value: its type and its bytes in network order. Numbers and UUIDs stay inline, without an allocation.
package struct SQLParameter: Sendable {
    enum Storage: Sendable {
        case null
        /// The first `count` bytes of two words in memory order.
        case inline(UInt64, UInt64, count: Int)
        case bytes([UInt8])
        case text(String)
        /// jsonb's version byte, then the text.
        case json(String)
    }

    let type: SQLType
    let storage: Storage
    let isInvalid: Bool

    private init(_ type: SQLType, _ storage: Storage, isInvalid: Bool = false) {
        self.type = type
        self.storage = storage
        self.isInvalid = isInvalid
    }

    /// A typed null.
    package static func null(_ type: SQLType) -> SQLParameter { SQLParameter(type, .null) }

    /// An integer in its own width, also for the types that are sent as one (timestamptz).
    static func integer<Value: FixedWidthInteger>(_ value: Value, _ type: SQLType) -> SQLParameter {
        let bits = UInt64(truncatingIfNeeded: value) << (64 - Value.bitWidth)
        return SQLParameter(type, .inline(bits.bigEndian, 0, count: Value.bitWidth / 8))
    }

    /// Sixteen bytes, given as two big-endian words.
    static func words(_ high: UInt64, _ low: UInt64, _ type: SQLType) -> SQLParameter {
        SQLParameter(type, .inline(high.bigEndian, low.bigEndian, count: 16))
    }

    static func bytes(_ bytes: [UInt8], _ type: SQLType) -> SQLParameter { SQLParameter(type, .bytes(bytes)) }

    static func text(_ text: String) -> SQLParameter {
        SQLParameter(.text, .text(text), isInvalid: text.utf8.contains(0))
    }

    static func json(_ text: String) -> SQLParameter {
        SQLParameter(.jsonb, .json(text), isInvalid: text.utf8.contains(0))
    }

    static func array(_ bytes: [UInt8], _ type: SQLType, isInvalid: Bool) -> SQLParameter {
        SQLParameter(type, .bytes(bytes), isInvalid: isInvalid)
    }
}
