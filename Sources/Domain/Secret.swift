/// A value that must not reach a log, an error, a URL or an answer: it prints as `<secret>` and does not encode.
package struct Secret<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let value: Value

    package init(_ value: Value) { self.value = value }

    /// The value itself. Each call site is a place to review.
    package func reveal() -> Value { value }

    package var description: String { "<secret>" }
    package var debugDescription: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Secrets come in with requests and never go out, so this is the only half of Codable that they have.
extension Secret: Decodable where Value: Decodable {
    package init(from decoder: any Decoder) throws { self.init(try decoder.singleValueContainer().decode(Value.self)) }
}
