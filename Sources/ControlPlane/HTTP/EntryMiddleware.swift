import Auth
import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import Persistence

/// The outermost middleware of both ports: gives the request its id, turns errors into answers, and accounts for the
/// request in one log line and in the metrics. docs/logging.md says what each field means.
struct EntryMiddleware<Context: DroverContext>: RouterMiddleware {
    let metrics: HTTPMetrics
    let logger: Logger

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let tally = DatabaseTally()
        let requestID = context.id
        var response: Response
        do {
            try Self.requireShortMarks(request)
            response = try await DatabaseTally.$current.withValue(tally) { try await next(request, context) }
        } catch {
            response = Problem.response(for: error, requestID: requestID, logger: context.logger)
        }
        response.headers[.requestID] = requestID
        response.headers[.contentTypeOptions] = "nosniff"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        account(request, response, context, tally, start.duration(to: .now))
        return response
    }

    /// Names, query parameters and headers are compared as texts, each with many others.
    /// - Throws: `Refusal.malformed`.
    private static func requireShortMarks(_ request: Request) throws(Refusal) {
        let target = request.head.path ?? ""
        let isEscaped = target.utf8.contains(UInt8(ascii: "%"))
        guard isEscaped ? MarkRuns.areShort(PercentEncoding.bytes(target)) : MarkRuns.areShort(target),
            request.headers.allSatisfy({ MarkRuns.areShort($0.value) })
        else {
            throw .malformed("the request has over \(MarkRuns.limit) combining marks in a row")
        }
    }

    private func account(
        _ request: Request, _ response: Response, _ context: Context, _ tally: DatabaseTally, _ duration: Duration
    ) {
        // The pattern, never the path: a path has ids in it, and as a metric label it would grow without bound.
        let route = context.endpointPath ?? "unknown"
        metrics.record(method: request.method, route: route, status: response.status.code, duration: duration)
        logger.info(
            "request",
            metadata: [
                "request_id": "\(context.id)", "method": "\(request.method.rawValue)", "route": "\(route)",
                "status": .stringConvertible(response.status.code),
                "duration_ms": .stringConvertible(duration.milliseconds),
                "statements": .stringConvertible(tally.statements),
                "database_ms": .stringConvertible(Duration.nanoseconds(tally.nanoseconds).milliseconds),
            ])
    }
}

extension Duration {
    /// Milliseconds with three decimals.
    var milliseconds: Double {
        Double(components.seconds) * 1000 + (Double(components.attoseconds) / 1e12).rounded() / 1000
    }

    /// Seconds as a floating-point number.
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

extension HTTPField.Name {
    static let requestID = HTTPField.Name.known("X-Request-Id")
    static let contentTypeOptions = HTTPField.Name.known("X-Content-Type-Options")
    static let idempotencyKey = HTTPField.Name.known("Idempotency-Key")
    static let idempotencyReplayed = HTTPField.Name.known("Idempotency-Replayed")
    static let contentDigest = HTTPField.Name.known("Content-Digest")

    /// A name that is known to be a token.
    static func known(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .accept }
}
