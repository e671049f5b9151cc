extension Array: SQLValue where Element: SQLElement {
    package static var sqlType: SQLType { Element.sqlArrayType }
    package var sqlParameter: SQLParameter { Element.sqlArrayParameter(self) }
    package static func sqlDecode(_ cell: borrowing SQLCell) -> [Element]? { Element.sqlDecodeArray(cell) }
}

extension UInt8: SQLElement {
    package static var sqlArrayType: SQLType { .bytea }
    package static func sqlArrayParameter(_ elements: [UInt8]) -> SQLParameter { .bytes(elements, .bytea) }
    package static func sqlDecodeArray(_ cell: borrowing SQLCell) -> [UInt8]? {
        cell.type == .bytea ? cell.bytes() : nil
    }
}

extension SQLElement where Self: SQLValue {
    /// One dimension, no nulls (array_recv of the server: dimensions, flags, element type, length, lower bound, items).
    package static func sqlArrayParameter(_ elements: [Self]) -> SQLParameter {
        var bytes: [UInt8] = []
        var isInvalid = false
        append(UInt32(elements.isEmpty ? 0 : 1), to: &bytes)
        append(0, to: &bytes)
        append(sqlType.rawValue, to: &bytes)
        if !elements.isEmpty {
            append(UInt32(elements.count), to: &bytes)
            append(1, to: &bytes)
        }
        for element in elements {
            let parameter = element.sqlParameter
            isInvalid = isInvalid || parameter.isInvalid
            appendItem(parameter.storage, to: &bytes)
        }
        return .array(bytes, sqlArrayType, isInvalid: isInvalid)
    }

    package static func sqlDecodeArray(_ cell: borrowing SQLCell) -> [Self]? {
        guard cell.type == sqlArrayType, let dimensions = cell.integer(Int32.self, at: 0),
            let type = cell.integer(UInt32.self, at: 8)
        else { return nil }
        guard dimensions != 0 else { return [] }
        guard dimensions == 1, let count = cell.integer(Int32.self, at: 12) else { return nil }
        var elements: [Self] = []
        var offset = 20
        for _ in 0..<count {
            guard let length = cell.integer(Int32.self, at: offset), length >= 0,
                let element = cell.decode(Self.self, at: offset + 4, count: Int(length), as: SQLType(rawValue: type))
            else { return nil }
            elements.append(element)
            offset += 4 + Int(length)
        }
        return elements
    }

    private static func append(_ value: UInt32, to bytes: inout [UInt8]) {
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
    }

    private static func appendItem(_ storage: SQLParameter.Storage, to bytes: inout [UInt8]) {
        switch storage {
        case .null: append(.max, to: &bytes)
        case .inline(let first, let second, let count):
            append(UInt32(count), to: &bytes)
            for index in 0..<count {
                let word = (index < 8 ? first : second).bigEndian
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (index % 8))))
            }
        case .bytes(let item):
            append(UInt32(item.count), to: &bytes)
            bytes += item
        case .text(let text):
            append(UInt32(text.utf8.count), to: &bytes)
            bytes += text.utf8
        case .json(let text):
            append(UInt32(text.utf8.count + 1), to: &bytes)
            bytes.append(1)
            bytes += text.utf8
        }
    }
}
