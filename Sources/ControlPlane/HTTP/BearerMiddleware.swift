import Auth
import Domain
import Hummingbird

/// Turns `Authorization: Bearer <token>` into a principal. A missing header passes (the context below refuses it where a
/// principal is needed); a bad token is refused here. Changes get their origin on the way.
struct BearerMiddleware: RouterMiddleware {
    let authenticator: Authenticator
    let origins: OriginMiddleware<AppContext>

    func handle(
        _ request: Request, context: AppContext, next: @concurrent (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        // Each layer that a request goes through costs as much as a small query's decoding: reads go through few.
        if NotedReads.isPlain(request, context) { return try await authenticate(request, context, next) }
        return try await origins.handle(request, context: context) { request, context in
            try await authenticate(request, context, next)
        }
    }

    private func authenticate(
        _ request: Request, _ context: AppContext, _ next: @concurrent (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        guard let header = request.headers[.authorization] else { return try await next(request, context) }
        guard let token = Self.token(header) else { throw Refusal.missingToken }
        var context = context
        context.principal = try await authenticator.principal(bearer: token)
        return try await next(request, context)
    }

    /// What follows the scheme, whose case does not matter (RFC 9110, section 11.1). By bytes: a token is long.
    private static func token(_ header: String) -> String? {
        let scheme = "bearer "
        let isBearer = zip(header.utf8, scheme.utf8).allSatisfy { $0 == $1 || $0 | 0x20 == $1 }
        guard isBearer, header.utf8.count > scheme.utf8.count else { return nil }
        return String(Substring(header.utf8.dropFirst(scheme.utf8.count)))
    }
}
