import Domain

extension Refusal {
    /// No token at all, or none in the form `Bearer <token>`.
    static var missingToken: Refusal {
        .unauthenticated("this route needs an Authorization header with a bearer token")
    }

    /// The stable code of the answer and the last part of its `type` URI (RFC 9457, section 3.1.1).
    package var code: String {
        switch self {
        case .unauthenticated: "unauthenticated"
        case .forbidden: "forbidden"
        case .notFound: "not_found"
        case .methodNotAllowed: "method_not_allowed"
        case .conflict(let conflict, _): conflict.rawValue
        case .malformed: "malformed"
        case .invalid: "invalid"
        case .stale: "stale"
        case .preconditionRequired: "precondition_required"
        case .tooLarge: "too_large"
        case .unsupportedMediaType: "unsupported_media_type"
        case .tooMany: "too_many_requests"
        case .badGateway(let gateway, _): gateway.rawValue
        case .unavailable: "unavailable"
        }
    }

    /// The HTTP status.
    package var status: Int {
        switch self {
        case .unauthenticated: 401
        case .forbidden: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .conflict: 409
        case .stale: 412
        case .tooLarge: 413
        case .unsupportedMediaType: 415
        case .malformed: 400
        case .invalid: 422
        case .preconditionRequired: 428
        case .tooMany: 429
        case .badGateway: 502
        case .unavailable: 503
        }
    }

    /// A short summary that is the same for every answer of this code.
    package var title: String {
        switch self {
        case .unauthenticated: "Not signed in"
        case .forbidden: "Not allowed"
        case .notFound: "Not found"
        case .methodNotAllowed: "Method not allowed"
        case .conflict: "Conflict with the current state"
        case .malformed: "Request not understood"
        case .invalid: "Input breaks a rule"
        case .stale: "The resource has changed"
        case .preconditionRequired: "If-Match is required"
        case .tooLarge: "Too large"
        case .unsupportedMediaType: "Unsupported media type"
        case .tooMany: "Too many requests"
        case .badGateway: "Another server refused or failed"
        case .unavailable: "Temporarily unavailable"
        }
    }

    /// The sentence for this occurrence.
    package var detail: String {
        switch self {
        case .unauthenticated(let text), .forbidden(let text), .conflict(_, let text), .malformed(let text),
            .unsupportedMediaType(let text), .badGateway(_, let text), .unavailable(let text, _):
            text
        case .notFound(let kind): "no such \(kind.rawValue)"
        case .methodNotAllowed(let allow): "this path takes \(allow)"
        case .invalid(let errors): errors.map { "\($0.field): \($0.detail)" }.joined(separator: "; ")
        case .stale: "If-Match does not name the current revision; read the resource again"
        case .preconditionRequired: "send If-Match with the ETag of the revision you read"
        case .tooLarge(let limit): "the limit is \(limit) bytes"
        case .tooMany(let seconds): "try again in \(seconds) s"
        }
    }

    /// Seconds for `Retry-After`, where waiting helps.
    package var retryAfterSeconds: Int? {
        switch self {
        case .tooMany(let seconds), .unavailable(_, let seconds): seconds
        default: nil
        }
    }
}
