import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import NIOFoundationCompat

/// How the API reads JSON: snake case keys, RFC 3339 times. It is written by `JSONWriter`.
enum JSON {
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
    /// By arithmetic: Foundation's formatter takes longer than all else about a log line.
    static func text(_ date: Date) -> String {
        let microseconds = Int64((date.timeIntervalSince1970 * 1_000_000).rounded())
        let (days, rest) = floored(microseconds, by: 86_400_000_000)
        let (year, month, day) = calendarDate(daysSince1970: days)
        let (seconds, fraction) = rest.quotientAndRemainder(dividingBy: 1_000_000)
        var text: [UInt8] = []
        text.reserveCapacity(27)
        append(year, 1000, "-", to: &text)
        append(month, 10, "-", to: &text)
        append(day, 10, "T", to: &text)
        append(seconds / 3600, 10, ":", to: &text)
        append(seconds / 60 % 60, 10, ":", to: &text)
        append(seconds % 60, 10, ".", to: &text)
        append(fraction, 100_000, "Z", to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// The Gregorian date, reckoned in eras of 400 years that begin on 1 March, so that a leap day is a year's last.
    private static func calendarDate(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floored(days + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        return (400 * era + yearOfEra + (month <= 2 ? 1 : 0), month, day)
    }

    private static func floored(_ number: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    /// - Parameter first: what the first digit counts.
    private static func append(_ number: Int64, _ first: Int64, _ end: Unicode.Scalar, to text: inout [UInt8]) {
        var unit = first
        // A year may have more digits.
        while number / 10 >= unit { unit *= 10 }
        while unit > 0 {
            text.append(48 + UInt8(truncatingIfNeeded: number / unit % 10))
            unit /= 10
        }
        text.append(UInt8(ascii: end))
    }

    static func parse(_ text: String) -> Date? {
        let fractional = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return (try? Date(text, strategy: .iso8601)) ?? (try? Date(text, strategy: fractional))
    }
}

extension Response {
    /// A JSON answer.
    init(json value: some JSONWritable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) {
        var headers = headers
        headers[.contentType] = "application/json"
        let text = ByteBuffer(bytes: JSONWriter.bytes(of: value))
        self.init(status: status, headers: headers, body: .init(byteBuffer: text))
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
        try decode(type, from: try await collect(from: request))
    }

    /// The body as it came.
    /// - Throws: `Refusal`: 415 for another content type, 413 over the limit.
    static func collect(from request: Request) async throws -> ByteBuffer {
        // Also required because `Idempotency-Key` compares the body only of what says that it is JSON.
        let contentType = request.headers[.contentType] ?? ""
        let essence = contentType.split(separator: ";").first.map { $0.filter { !$0.isWhitespace }.lowercased() }
        guard essence == "application/json" else {
            throw Refusal.unsupportedMediaType("this route takes application/json")
        }
        return try await request.smallBody(upTo: limit)
    }

    static func decode<T: Decodable>(_: T.Type, from buffer: ByteBuffer) throws -> T {
        guard MarkRuns.areShort(inJSON: buffer.readableBytesUInt8Span) else {
            throw Refusal.malformed("not UTF-8, or over \(MarkRuns.limit) combining marks in a row")
        }
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
