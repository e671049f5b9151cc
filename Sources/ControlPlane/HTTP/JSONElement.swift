import Synchronization

/// The encoder that a value of a `JSONOutput` sees.
struct JSONElement: Encoder {
    let output: JSONOutput
    let depth: Int

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy _: Key.Type) -> KeyedEncodingContainer<Key> {
        output.open(UInt8(ascii: "{"), UInt8(ascii: "}"), at: depth)
        return KeyedEncodingContainer(
            Keyed<Key>(output: output, depth: depth, isVerbatim: Key.self == DictionaryKeys.type))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        output.open(UInt8(ascii: "["), UInt8(ascii: "]"), at: depth)
        return Unkeyed(output: output, depth: depth)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { Single(output: output) }

    fileprivate struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let output: JSONOutput
        let depth: Int
        /// A dictionary's keys are data: they stay as they are.
        let isVerbatim: Bool

        var codingPath: [any CodingKey] { [] }

        func encodeNil(forKey key: Key) { begin(key).write(literal: "null") }
        func encode(_ value: Bool, forKey key: Key) { begin(key).write(literal: value ? "true" : "false") }
        func encode(_ value: String, forKey key: Key) { begin(key).write(value) }
        func encode(_ value: Int, forKey key: Key) { begin(key).write(literal: String(value)) }
        func encode(_ value: Int64, forKey key: Key) { begin(key).write(literal: String(value)) }
        func encode<T: Encodable>(_ value: T, forKey key: Key) throws { try begin(key).write(value) }

        func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key)
            -> KeyedEncodingContainer<Nested>
        {
            begin(key).nested().container(keyedBy: type)
        }

        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            begin(key).nested().unkeyedContainer()
        }

        func superEncoder() -> any Encoder {
            output.beginMember("super", isVerbatim: true, at: depth)
            return output.nested()
        }

        func superEncoder(forKey key: Key) -> any Encoder { begin(key).nested() }

        private func begin(_ key: Key) -> JSONOutput {
            output.beginMember(key.stringValue, isVerbatim: isVerbatim, at: depth)
            return output
        }
    }

    private struct Unkeyed: UnkeyedEncodingContainer {
        let output: JSONOutput
        let depth: Int
        private(set) var count = 0

        var codingPath: [any CodingKey] { [] }

        mutating func encodeNil() { begin().write(literal: "null") }
        mutating func encode(_ value: String) { begin().write(value) }
        mutating func encode<T: Encodable>(_ value: T) throws { try begin().write(value) }

        mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
            begin().nested().container(keyedBy: type)
        }

        mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { begin().nested().unkeyedContainer() }

        mutating func superEncoder() -> any Encoder { begin().nested() }

        private mutating func begin() -> JSONOutput {
            count += 1
            output.beginElement(at: depth)
            return output
        }
    }

    private struct Single: SingleValueEncodingContainer {
        let output: JSONOutput

        var codingPath: [any CodingKey] { [] }

        // The standard library's own types end here; their `encode(to:)` must not be asked again.
        func encodeNil() { output.write(literal: "null") }
        func encode(_ value: Bool) { output.write(literal: value ? "true" : "false") }
        func encode(_ value: String) { output.write(value) }
        func encode(_ value: Int) { output.write(literal: String(value)) }
        func encode(_ value: Int8) { output.write(literal: String(value)) }
        func encode(_ value: Int16) { output.write(literal: String(value)) }
        func encode(_ value: Int32) { output.write(literal: String(value)) }
        func encode(_ value: Int64) { output.write(literal: String(value)) }
        func encode(_ value: UInt) { output.write(literal: String(value)) }
        func encode(_ value: UInt8) { output.write(literal: String(value)) }
        func encode(_ value: UInt16) { output.write(literal: String(value)) }
        func encode(_ value: UInt32) { output.write(literal: String(value)) }
        func encode(_ value: UInt64) { output.write(literal: String(value)) }
        func encode(_ value: Double) throws { try write(value) }
        func encode(_ value: Float) throws { try write(value) }
        func encode<T: Encodable>(_ value: T) throws { try output.write(value) }

        private func write(_ number: some BinaryFloatingPoint & CustomStringConvertible) throws {
            guard number.isFinite else {
                throw EncodingError.invalidValue(
                    number, .init(codingPath: [], debugDescription: "JSON has no number for \(number)"))
            }
            let text = number.description
            output.write(literal: text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
        }
    }
}

/// Finds out which type of keys the standard library gives to dictionaries: it has no public name.
private struct DictionaryKeys: Encoder {
    static let type: (any CodingKey.Type)? = {
        let probe = DictionaryKeys()
        try? ["": 0].encode(to: probe)
        return probe.found.value.withLock { $0 }
    }()

    private final class Found: Sendable {
        let value = Mutex<(any CodingKey.Type)?>(nil)
    }
    private let found = Found()

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        found.value.withLock { $0 = type }
        return KeyedEncodingContainer(JSONElement.Keyed<Key>(output: JSONOutput(), depth: 0, isVerbatim: true))
    }
    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        JSONElement(output: JSONOutput(), depth: 0).unkeyedContainer()
    }
    func singleValueContainer() -> any SingleValueEncodingContainer {
        JSONElement(output: JSONOutput(), depth: 0).singleValueContainer()
    }
}
