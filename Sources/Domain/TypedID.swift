package import FoundationEssentials

/// A 64-bit integer id that belongs to one kind of entity, so that a workspace id can't be passed for a model id.
package struct IntegerID<Entity>: RawRepresentable, Hashable, Comparable, Sendable, Codable, LosslessStringConvertible {
    /// The database's identity value, always positive.
    package let rawValue: Int64

    /// Wraps a value that is known to be an id; use `init?(_:)` for text from outside.
    package init(rawValue: Int64) { self.rawValue = rawValue }

    /// Reads a positive decimal number without sign and leading zeros; anything else is `nil`.
    package init?(_ description: String) {
        guard let value = Int64(description), value > 0, String(value) == description else { return nil }
        self.rawValue = value
    }

    package init(from decoder: any Decoder) throws { rawValue = try decoder.singleValueContainer().decode(Int64.self) }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    package var description: String { String(rawValue) }
}

/// A UUID that belongs to one kind of entity. Text form: lower case, as PostgreSQL and the seeds print it.
package struct UniqueID<Entity>: RawRepresentable, Hashable, Sendable, Codable, LosslessStringConvertible {
    package let rawValue: UUID

    package init(rawValue: UUID) { self.rawValue = rawValue }

    /// Reads the 36-character form in either case; anything else is `nil`.
    package init?(_ description: String) {
        guard let value = UUID(text: description) else { return nil }
        self.rawValue = value
    }

    package init(from decoder: any Decoder) throws { rawValue = try decoder.singleValueContainer().decode(UUID.self) }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue.text)
    }
    package var description: String { rawValue.text }
}
