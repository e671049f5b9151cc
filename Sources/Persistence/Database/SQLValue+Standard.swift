package import Domain
package import FoundationEssentials

extension Int64: SQLValue, SQLElement {
    package static var sqlType: SQLType { .int8 }
    package static var sqlArrayType: SQLType { .int8Array }
    package var sqlParameter: SQLParameter { .integer(self, .int8) }

    /// Takes smallint, integer and bigint.
    package static func sqlDecode(_ cell: borrowing SQLCell) -> Int64? {
        switch cell.type {
        case .int8: cell.integer(Int64.self)
        case .int4: cell.integer(Int32.self).map(Int64.init)
        case .int2: cell.integer(Int16.self).map(Int64.init)
        default: nil
        }
    }
}

extension Int: SQLValue, SQLElement {
    package static var sqlType: SQLType { .int8 }
    package static var sqlArrayType: SQLType { .int8Array }
    package var sqlParameter: SQLParameter { .integer(Int64(self), .int8) }
    package static func sqlDecode(_ cell: borrowing SQLCell) -> Int? { Int64.sqlDecode(cell).map(Int.init) }
}

extension Int32: SQLValue, SQLElement {
    package static var sqlType: SQLType { .int4 }
    package static var sqlArrayType: SQLType { .int4Array }
    package var sqlParameter: SQLParameter { .integer(self, .int4) }
    package static func sqlDecode(_ cell: borrowing SQLCell) -> Int32? {
        Int64.sqlDecode(cell).flatMap(Int32.init(exactly:))
    }
}

extension Bool: SQLValue {
    package static var sqlType: SQLType { .bool }
    package var sqlParameter: SQLParameter { .integer(UInt8(self ? 1 : 0), .bool) }
    package static func sqlDecode(_ cell: borrowing SQLCell) -> Bool? {
        cell.type == .bool ? cell.integer(UInt8.self).map { $0 != 0 } : nil
    }
}

extension Double: SQLValue, SQLElement {
    package static var sqlType: SQLType { .float8 }
    package static var sqlArrayType: SQLType { .float8Array }
    package var sqlParameter: SQLParameter { .integer(bitPattern, .float8) }

    /// Takes real and double precision; `numeric` wants a cast in the SQL.
    package static func sqlDecode(_ cell: borrowing SQLCell) -> Double? {
        switch cell.type {
        case .float8: cell.integer(UInt64.self).map(Double.init(bitPattern:))
        case .float4: cell.integer(UInt32.self).map { Double(Float(bitPattern: $0)) }
        default: nil
        }
    }
}

extension String: SQLValue, SQLElement {
    package static var sqlType: SQLType { .text }
    package static var sqlArrayType: SQLType { .textArray }
    package var sqlParameter: SQLParameter { .text(self) }
    package static func sqlDecode(_ cell: borrowing SQLCell) -> String? {
        cell.type.isTextual ? cell.text() : nil
    }
}

extension UUID: SQLValue, SQLElement {
    package static var sqlType: SQLType { .uuid }
    package static var sqlArrayType: SQLType { .uuidArray }

    package var sqlParameter: SQLParameter {
        let u = uuid
        return .words(
            Self.word(u.0, u.1, u.2, u.3, u.4, u.5, u.6, u.7),
            Self.word(u.8, u.9, u.10, u.11, u.12, u.13, u.14, u.15), .uuid)
    }

    package static func sqlDecode(_ cell: borrowing SQLCell) -> UUID? {
        guard cell.type == .uuid, cell.count == 16, let high = cell.integer(UInt64.self, at: 0),
            let low = cell.integer(UInt64.self, at: 8)
        else { return nil }
        func byte(_ word: UInt64, _ index: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: word >> (56 - 8 * index)) }
        return UUID(
            uuid: (
                byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3), byte(high, 4), byte(high, 5),
                byte(high, 6), byte(high, 7), byte(low, 0), byte(low, 1), byte(low, 2), byte(low, 3), byte(low, 4),
                byte(low, 5), byte(low, 6), byte(low, 7)
            ))
    }

    private static func word(
        _ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ e: UInt8, _ f: UInt8, _ g: UInt8, _ h: UInt8
    ) -> UInt64 {
        let high = UInt64(a) << 56 | UInt64(b) << 48 | UInt64(c) << 40 | UInt64(d) << 32
        return high | UInt64(e) << 24 | UInt64(f) << 16 | UInt64(g) << 8 | UInt64(h)
    }
}

extension Date: SQLValue {
    /// 2000-01-01 is PostgreSQL's zero, 2001-01-01 Foundation's: 366 days, in microseconds. Added as an integer, because
    /// a sum of doubles would not come back the same.
    private static let epochOffset: Int64 = 31_622_400_000_000

    package static var sqlType: SQLType { .timestamptz }

    /// To the nearest microsecond. A time that `timestamptz` can't hold is sent as one that the server refuses.
    package var sqlParameter: SQLParameter {
        let micros = Int64(exactly: (timeIntervalSinceReferenceDate * 1e6).rounded())
        let (sum, overflow) = (micros ?? .max).addingReportingOverflow(Self.epochOffset)
        return .integer(overflow ? Int64.max - 1 : sum, .timestamptz)
    }

    /// `infinity` is not a date.
    package static func sqlDecode(_ cell: borrowing SQLCell) -> Date? {
        guard cell.type == .timestamptz, let micros = cell.integer(Int64.self), micros != .max, micros != .min
        else { return nil }
        return Date(
            timeIntervalSinceReferenceDate: Double(micros.subtractingReportingOverflow(epochOffset).partialValue) / 1e6)
    }
}

/// For `jsonb` (and `json`) columns. PostgreSQL checks that it is JSON.
extension JSONText: SQLValue {
    package static var sqlType: SQLType { .jsonb }
    package var sqlParameter: SQLParameter { .json(text) }
    package static func sqlDecode(_ cell: borrowing SQLCell) -> JSONText? {
        switch cell.type {
        case .jsonb: cell.integer(UInt8.self, at: 0) == 1 ? cell.text(from: 1).map(JSONText.init(text:)) : nil
        case .json: cell.text().map(JSONText.init(text:))
        default: nil
        }
    }
}

extension Optional: SQLValue where Wrapped: SQLValue {
    package static var sqlType: SQLType { Wrapped.sqlType }
    package var sqlParameter: SQLParameter { self?.sqlParameter ?? .null(Wrapped.sqlType) }

    /// Null is a value here, so it is `.some(nil)`; a column that holds something else stays `nil`.
    package static func sqlDecode(_ cell: borrowing SQLCell) -> Wrapped?? {
        if cell.isNull { return .some(nil) }
        guard let value = Wrapped.sqlDecode(cell) else { return nil }
        return .some(value)
    }
}
