import Domain
import FoundationEssentials

/// JSON whose digest matters: keys sorted, no spaces, slashes not escaped (publish-and-edge.md, 1b).
package enum CanonicalJSON {
    /// The bytes of a value.
    /// - Throws: `RegistryError` with code `manifestInvalid` for a value that JSON cannot hold.
    package static func encode(_ value: some Encodable) throws(RegistryError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            throw RegistryError(.manifestInvalid, "encode JSON", reason: "a value has no JSON form")
        }
    }

    /// Reads JSON from a registry.
    /// - Throws: `RegistryError` with code `manifestInvalid`.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8]
    ) throws(RegistryError) -> Value {
        do {
            return try JSONDecoder().decodeForeign(type, from: Data(bytes))
        } catch {
            throw RegistryError(.manifestInvalid, "decode JSON", reason: "the document is not of the expected form")
        }
    }
}
