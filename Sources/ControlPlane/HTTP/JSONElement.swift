/// The encoder that a value of a `JSONOutput` sees.
struct JSONElement: Encoder {
    let output: JSONOutput
    let depth: Int

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy _: Key.Type) -> KeyedEncodingContainer<Key> {
        output.beginObject(depth)
        return KeyedEncodingContainer(Keyed(output: output, depth: depth, names: .of(Key.self)))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        output.beginArray(depth)
        return Unkeyed(output: output, depth: depth)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { Single(output: output, depth: depth) }

    private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let output: JSONOutput
        let depth: Int
        let names: JSONKeyNames

        var codingPath: [any CodingKey] { [] }

        func encodeNil(forKey key: Key) {
            begin(key)
            output.append(literal: "null")
        }

        func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
            begin(key)
            try output.write(value)
        }

        func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key)
            -> KeyedEncodingContainer<Nested>
        {
            begin(key)
            return output.nested().container(keyedBy: type)
        }

        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            begin(key)
            return output.nested().unkeyedContainer()
        }

        func superEncoder() -> any Encoder {
            output.beginMember(Array("\"super\":".utf8), depth)
            return output.nested()
        }

        func superEncoder(forKey key: Key) -> any Encoder {
            begin(key)
            return output.nested()
        }

        private func begin(_ key: Key) { output.beginMember(names.quoted(key.stringValue), depth) }
    }

    private struct Unkeyed: UnkeyedEncodingContainer {
        let output: JSONOutput
        let depth: Int

        var codingPath: [any CodingKey] { [] }
        var count: Int { output.count(depth) }

        func encodeNil() {
            output.beginElement(depth)
            output.append(literal: "null")
        }

        func encode<T: Encodable>(_ value: T) throws {
            output.beginElement(depth)
            try output.write(value)
        }

        func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
            superEncoder().container(keyedBy: type)
        }

        func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { superEncoder().unkeyedContainer() }

        func superEncoder() -> any Encoder {
            output.beginElement(depth)
            return output.nested()
        }
    }

    private struct Single: SingleValueEncodingContainer {
        let output: JSONOutput
        let depth: Int

        var codingPath: [any CodingKey] { [] }

        func encodeNil() {
            output.setValue(depth)
            output.append(literal: "null")
        }

        /// The standard library's own types end here; their `encode(to:)` must not be asked again.
        func encode<T: Encodable>(_ value: T) throws {
            output.setValue(depth)
            switch value {
            case let text as String: output.append(text)
            case let flag as Bool: output.append(literal: flag ? "true" : "false")
            case let number as any BinaryInteger: output.append(literal: "\(number)")
            case let number as Double: output.append(literal: try Self.text(number))
            case let number as Float: output.append(literal: try Self.text(number))
            default: try output.write(value)
            }
        }

        private static func text(_ number: some BinaryFloatingPoint & CustomStringConvertible) throws -> String {
            guard number.isFinite else {
                throw EncodingError.invalidValue(
                    number, .init(codingPath: [], debugDescription: "JSON has no number for \(number)"))
            }
            let text = number.description
            return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        }
    }
}
