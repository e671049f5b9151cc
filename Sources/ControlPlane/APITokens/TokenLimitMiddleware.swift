import Auth
import Domain
import HTTPTypes
import Hummingbird

/// Holds tokens that may only read to reading. The database does so as well: their transactions are read-only.
struct TokenLimitMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: TenantContext, next: @concurrent (Request, TenantContext) async throws -> Response
    ) async throws -> Response {
        if context.principal.token?.access == .read { try Self.requireReading(request, context.endpointPath) }
        return try await next(request, context)
    }

    /// Reading a sealed secret is noted, and whoever has it can do more than read.
    private static func requireReading(_ request: Request, _ route: String?) throws(Refusal) {
        let isRead = request.method == .get || request.method == .head
        guard isRead, !NotedReads.routes.contains(route ?? "") else { throw .forbidden("the token may only read") }
    }
}
