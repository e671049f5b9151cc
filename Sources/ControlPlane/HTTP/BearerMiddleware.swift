import Auth
import Domain
import Hummingbird

/// Turns `Authorization: Bearer <token>` into a principal. A missing header passes (the context below refuses it where a
/// principal is needed); a bad token is refused here.
struct BearerMiddleware: RouterMiddleware {
    let authenticator: Authenticator

    func handle(
        _ request: Request, context: AppContext, next: @concurrent (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        guard let header = request.headers[.authorization] else { return try await next(request, context) }
        guard header.count > 7, header.prefix(7).lowercased() == "bearer " else { throw Refusal.missingToken }
        var context = context
        context.principal = try await authenticator.principal(bearer: String(header.dropFirst(7)))
        return try await next(request, context)
    }
}
