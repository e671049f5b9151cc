import Auth
import Domain
import HTTPTypes
import Hummingbird
import Logging
import MLflow
import NIOCore
import NIOHTTPTypes
import Persistence
import Registry

/// The body of every refusal (RFC 9457, `application/problem+json`).
struct ProblemDetails: JSONWritable {
    let type: String
    let title: String
    let status: Int
    let code: String
    let detail: String
    let requestId: String
    let errors: [FieldError]?
    /// The acknowledged position of a log stream, only in answers to log batches.
    var ack: EdgeProtocol.LogAck?
    /// The sequence number of the record that is at fault, only in answers to log batches.
    var record: Int64?

    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("type", type)
            $0.member("title", title)
            $0.member("status", status)
            $0.member("code", code)
            $0.member("detail", detail)
            $0.member("request_id", requestId)
            $0.member("errors", ifAny: errors)
            $0.member("ack", ifAny: ack)
            $0.member("record", ifAny: record)
        }
    }
}

/// The one place where an error becomes an answer.
enum Problem {
    /// Turns any error into a response; what is not in the closed list is logged once and is a bare 500.
    static func response(for error: any Error, requestID: String, logger: Logger) -> Response {
        if let refusal = error as? LogRefusal {
            return response(for: refusal.refusal, requestID: requestID, ack: refusal.ack, record: refusal.record)
        }
        if let refusal = refusal(for: error) { return response(for: refusal, requestID: requestID) }
        logger.error("request failed", metadata: ["error": "\(String(reflecting: error))"])
        return json(
            ProblemDetails(
                type: "about:blank", title: "Internal error", status: 500, code: "internal",
                detail: "the server could not do this; the request id finds the cause in its log", requestId: requestID,
                errors: nil), status: .internalServerError, extra: [:])
    }

    private static func response(
        for refusal: Refusal, requestID: String, ack: EdgeProtocol.LogAck? = nil, record: Int64? = nil
    ) -> Response {
        var extra = HTTPFields()
        if let seconds = refusal.retryAfterSeconds { extra[.retryAfter] = String(seconds) }
        if case .unauthenticated = refusal { extra[.wwwAuthenticate] = "Bearer realm=\"drover\"" }
        if case .methodNotAllowed(let allow) = refusal { extra[.allow] = allow }
        var errors: [FieldError]?
        if case .invalid(let list) = refusal { errors = list }
        return json(
            ProblemDetails(
                type: "https://drover.dev/problems/\(refusal.code)", title: refusal.title, status: refusal.status,
                code: refusal.code, detail: refusal.detail, requestId: requestID, errors: errors, ack: ack,
                record: record),
            status: .init(code: refusal.status), extra: extra)
    }

    private static func json(_ body: ProblemDetails, status: HTTPResponse.Status, extra: HTTPFields) -> Response {
        var response = Response(json: body, status: status)
        response.headers[.contentType] = "application/problem+json"
        for field in extra { response.headers.append(field) }
        return response
    }

    /// The refusal that an error of a lower layer stands for, `nil` for what a client must not see.
    static func refusal(for error: any Error) -> Refusal? {
        switch error {
        case let refusal as Refusal: refusal
        case let error as FieldError: .invalid([error])
        case let error as DatabaseError: refusal(forDatabase: error)
        case let error as MLflowError: error.refusal
        case let error as RegistryError: refusal(forRegistry: error)
        case is NIOTooManyBytesError: .tooLarge(limitBytes: JSONBody.limit)
        case let error as HTTPError where error.status == .notFound: .notFound(.route)
        case let error as HTTPError where error.status == .contentTooLarge: .tooLarge(limitBytes: JSONBody.limit)
        case let error as HTTPError where error.status == .badRequest: .malformed("the request is not understood")
        case is CancellationError: .unavailable("the request was cancelled", retryAfterSeconds: 1)
        default: nil
        }
    }

    private static func refusal(forDatabase error: DatabaseError) -> Refusal? {
        switch error.code {
        case .unavailable:
            .unavailable(
                "the database is away; whether a change was made is not known, so look before you repeat it",
                retryAfterSeconds: 2)
        case .saturated: .unavailable("all database connections are busy", retryAfterSeconds: 1)
        case .timeout, .cancelled, .serialization: .unavailable("the database took too long", retryAfterSeconds: 1)
        case .invalidText: .malformed("text with the character U+0000 can't be stored")
        default: nil
        }
    }

    private static func refusal(forRegistry error: RegistryError) -> Refusal? {
        switch error.code {
        case .unavailable, .tooMany, .headerMismatch:
            .unavailable("the OCI registry is away; nothing was changed", retryAfterSeconds: error.secondsToWait)
        case .unauthorized, .denied:
            .unavailable("the OCI registry refuses the configured credentials", retryAfterSeconds: 60)
        case .credentialsRefused:
            .badGateway(
                .registryRefused,
                "the registry refuses the workspace's credentials; an owner of the workspace can replace them")
        case .uploadInvalid:
            .unavailable("the OCI registry lost the upload; nothing was changed", retryAfterSeconds: 5)
        case .tooLarge: .unavailable("the OCI registry does not take a file of this size", retryAfterSeconds: 60)
        case .unsupported: .unavailable("the OCI registry does not take uploads", retryAfterSeconds: 60)
        case .noStreams:
            .unavailable(
                "the OCI registry does not take streams; the operator has to set oci.upload.mode to monolithic",
                retryAfterSeconds: 60)
        case .localFile:
            .unavailable("the server's spool directory is full or can't be written", retryAfterSeconds: 60)
        case .digestMismatch: .invalid("Content-Digest", "digest", "the bytes received do not have this digest")
        default: nil
        }
    }
}

extension RegistryError {
    /// What the registry asked for, within reason, for a client of ours.
    fileprivate var secondsToWait: Int { Int(min(max(retryAfter?.components.seconds ?? 5, 5), 3600)) }
}
