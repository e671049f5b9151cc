import Domain
import FoundationEssentials

extension RowReader {
    /// A jsonb column as a Codable value.
    /// - Throws: `.decoding` when the document has another shape.
    mutating func json<Value: Decodable>(_: Value.Type = Value.self) throws(DatabaseError) -> Value {
        let text = try next(JSONText.self).text
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            throw DatabaseError(.decoding, message: "\(Value.self)")
        }
    }
}

extension JSONText {
    /// A Codable value as a jsonb parameter, keys sorted.
    /// - Throws: what the encoder throws (a number that is not finite, for example).
    package init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.init(text: String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
