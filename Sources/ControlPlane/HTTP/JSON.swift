import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import NIOFoundationCompat

/// The API's JSON: snake case keys in a fixed order, RFC 3339 times with microseconds, slashes as they are.
enum JSON {
    static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(Timestamp.text(date))
        }
        return encoder
    }()

    static let decoder: JSONDecoder = {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            guard let date = Timestamp.parse(try container.decode(String.self)) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "an RFC 3339 time")
            }
            return date
        }
        return decoder
    }()
}

/// RFC 3339 times in UTC with microseconds (E64).
enum Timestamp {
    static func text(_ date: Date) -> String {
        let microseconds = Int64((date.timeIntervalSince1970 * 1_000_000).rounded())
        let (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let whole = Date(timeIntervalSince1970: Double(seconds))
        let digits = String(1_000_000 + abs(fraction)).dropFirst()
        return String(whole.formatted(.iso8601).dropLast()) + ".\(digits)Z"
    }

    static func parse(_ text: String) -> Date? {
        let fractional = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return (try? Date(text, strategy: .iso8601)) ?? (try? Date(text, strategy: fractional))
    }
}

extension Response {
    /// A JSON answer.
    /// - Throws: what the encoder throws.
    init(json value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) throws {
        var headers = headers
        headers[.contentType] = "application/json"
        self.init(
            status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(data: try JSON.encoder.encode(value))))
    }
}

/// Reading JSON request bodies.
enum JSONBody {
    /// Largest body of a JSON route, in bytes.
    static let limit = 1 << 20

    /// Decodes the body.
    /// - Throws: `Refusal`: 415 for another content type, 413 over the limit, 400 for broken JSON, 422 naming the field
    ///   that is missing or of the wrong type.
    static func decode<T: Decodable>(_ type: T.Type, from request: Request) async throws -> T {
        // Also required because `Idempotency-Key` compares the body only of what says that it is JSON.
        let contentType = request.headers[.contentType] ?? ""
        let essence = contentType.split(separator: ";").first.map { $0.filter { !$0.isWhitespace }.lowercased() }
        guard essence == "application/json" else {
            throw Refusal.unsupportedMediaType("this route takes application/json")
        }
        let buffer: ByteBuffer
        do {
            buffer = try await request.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw Refusal.tooLarge(limitBytes: limit)
        }
        return try decode(type, from: buffer)
    }

    static func decode<T: Decodable>(_: T.Type, from buffer: ByteBuffer) throws -> T {
        do {
            return try JSON.decoder.decode(T.self, from: Data(buffer: buffer))
        } catch let refusal as Refusal {
            throw refusal
        } catch let error as DecodingError {
            throw refusal(for: error)
        }
    }

    private static func refusal(for error: DecodingError) -> Refusal {
        switch error {
        case .keyNotFound(let key, let context):
            .invalid(path(context.codingPath + [key]), "required", "this field is required")
        case .typeMismatch(let type, let context):
            .invalid(path(context.codingPath), "type", "must be \(name(of: type))")
        case .valueNotFound(let type, let context):
            .invalid(path(context.codingPath), "type", "must be \(name(of: type)), not null")
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            .malformed("the body is not valid JSON")
        case .dataCorrupted(let context):
            .invalid(path(context.codingPath), "value", "not a value this field takes: \(context.debugDescription)")
        @unknown default: .malformed("the body is not understood")
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        let text = keys.reduce(into: "") { text, key in
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += (text.isEmpty ? "" : ".") + snakeCase(key.stringValue)
            }
        }
        return text.isEmpty ? "body" : text
    }

    private static func snakeCase(_ text: String) -> String {
        text.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is [String: Any].Type: "an object"
        case is [Any].Type: "an array"
        default: "of another type"
        }
    }
}
