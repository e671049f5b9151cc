/// JSON whose keys must go out as they are written, where the encoder's snake case would change them.
enum JSONValue: Encodable, Hashable {
    case string(String)
    case number(Double)
    case object([String: JSONValue])

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .string(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .object(let members): try container.encode(members)
        }
    }
}
