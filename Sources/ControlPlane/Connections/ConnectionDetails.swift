import Domain

/// A connection's details: a JSON object, kept byte for byte, so that what comes back equals what was given (CONN-11).
struct ConnectionDetails: Sendable {
    /// UTF-8.
    let json: Secret<[UInt8]>

    /// Largest object, in bytes of JSON.
    static let maxBytes = 64 << 10

    /// What was sealed, opened again.
    init(stored json: Secret<[UInt8]>) { self.json = json }

    /// Finds the member `details` of a request's body.
    /// - Parameter body: one JSON object.
    /// - Throws: `Refusal.invalid` for the field `details`.
    init(in body: [UInt8]) throws(Refusal) {
        // A line feed is white space between tokens and never stands inside of one; the reader ends records with it.
        let bytes = body.map { $0 == 0x0A ? 0x20 : $0 }
        var place: Range<Int>?
        var reader = JSONReader(bytes)
        let look = reader
        guard reader.object({ key, value in if look.matches(key, "details") { place = value } }) else {
            throw .invalid("details", "json_object", "a JSON object (RFC 8259), nested at most 62 levels deep")
        }
        guard let place else { throw .invalid("details", "required", "this field is required") }
        guard bytes[place.lowerBound] == UInt8(ascii: "{") else {
            throw .invalid("details", "type", "must be an object")
        }
        guard place.count <= Self.maxBytes else {
            throw .invalid("details", "size", "at most \(Self.maxBytes) bytes of JSON")
        }
        guard String(validating: bytes[place], as: UTF8.self) != nil else {
            throw .invalid("details", "utf8", "must be UTF-8")
        }
        json = Secret(Array(bytes[place]))
    }
}
