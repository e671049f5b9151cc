import JWTKit

/// A claim as JSON has it.
enum ClaimValue: Codable, Hashable, Sendable {
    case text(String)
    case number(Double)
    case flag(Bool)
    case list([ClaimValue])
    case object([String: ClaimValue])
    case null

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let list = try? container.decode([ClaimValue].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: ClaimValue].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .flag(let flag): try container.encode(flag)
        case .list(let list): try container.encode(list)
        case .object(let object): try container.encode(object)
        case .null: try container.encodeNil()
        }
    }
}

/// The claims of somebody else's token, or of a userinfo answer.
struct ExternalClaims: JWTPayload, Hashable {
    var values: [String: ClaimValue]

    init(_ values: [String: ClaimValue]) { self.values = values }
    init(from decoder: any Decoder) throws {
        values = try decoder.singleValueContainer().decode([String: ClaimValue].self)
    }

    func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }

    /// The checks need the settings and the time; `ExternalTokenRules` makes them.
    func verify(using _: some JWTAlgorithm) {}

    func text(_ name: String) -> String? { if case .text(let text) = values[name] { text } else { nil } }

    /// Seconds since 1970.
    func seconds(_ name: String) -> Double? {
        if case .number(let number) = values[name], number.isFinite { number } else { nil }
    }

    /// `true`, or the text of it, which some providers send.
    func isTrue(_ name: String) -> Bool { values[name] == .flag(true) || values[name] == .text("true") }

    /// A claim; a name that no claim has is read as a path with dots.
    func value(_ name: String) -> ClaimValue? { values[name] ?? nested(name) }

    /// The texts of a claim that is one text or a list of them, as `value` finds it.
    func texts(_ name: String) -> [String] {
        switch value(name) {
        case .text(let text): [text]
        case .list(let list):
            list.compactMap { if case .text(let text) = $0 { text } else { nil } }
        default: []
        }
    }

    private func nested(_ path: String) -> ClaimValue? {
        var found: ClaimValue? = .object(values)
        for step in path.split(separator: ".") {
            guard case .object(let object) = found else { return nil }
            found = object[String(step)]
        }
        return found
    }
}
