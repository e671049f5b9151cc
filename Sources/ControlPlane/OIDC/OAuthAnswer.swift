import Auth
import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// Answers in the form that OAuth clients read (RFC 6749, section 5), not RFC 9457.
enum OAuthAnswer {
    /// Runs a route's work; a `TokenError` becomes its answer.
    static func catching(_ body: () async throws -> Response) async throws -> Response {
        do {
            return try await body()
        } catch let error as TokenError {
            return try json(error, status: .init(code: error.status))
        }
    }

    /// Never kept by anybody.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json", .cacheControl: "no-store", .pragma: "no-cache"],
            body: .init(byteBuffer: ByteBuffer(bytes: try JSONEncoder().encode(value))))
    }
}

extension HTTPField.Name {
    static let pragma = HTTPField.Name.known("Pragma")
}
