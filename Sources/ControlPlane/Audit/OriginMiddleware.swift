import Auth
import Domain
import Hummingbird

/// For requests that may change something: says to the audit where they come from. Reads pass by, but for those that the
/// audit notes.
struct OriginMiddleware<Context: DroverContext>: RouterMiddleware {
    let addresses: ClientAddresses

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        if NotedReads.isPlain(request, context) { return try await next(request, context) }
        let origin = RequestOrigin(address: addresses.address(of: request, context), requestID: context.id)
        return try await RequestOrigin.$current.withValue(origin) { try await next(request, context) }
    }
}

/// Routes whose GET leaves a row in the audit, as the router names them: a path can be written in many ways.
enum NotedReads {
    static let routes: Set<String> = [
        "/api/v1/connections/{connection_id}/details",  // Shows what is sealed elsewhere.
        OIDCEndpoints.endSessionPath,  // Ends a session.
        ExternalSignIn.callbackPath,  // Begins one.
    ]

    /// Whether a request only reads, and leaves no row in the audit.
    static func isPlain(_ request: Request, _ context: some DroverContext) -> Bool {
        (request.method == .get || request.method == .head) && !routes.contains(context.endpointPath ?? "")
    }
}
