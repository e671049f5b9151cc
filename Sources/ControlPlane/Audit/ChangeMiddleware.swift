import Auth
import Domain
import Hummingbird

/// What a request of somebody known goes through when it may change something or is noted in the audit: refusals are
/// noted, tokens that may only read are held to it, and POST may carry an `Idempotency-Key`. Plain reads pass by.
struct ChangeMiddleware: RouterMiddleware {
    private let refusals: RefusalMiddleware
    private let idempotency: IdempotencyMiddleware?

    /// - Parameter idempotency: `nil` for routes that know no `Idempotency-Key`.
    init(audit: Audit, idempotency: IdempotencyMiddleware?) {
        refusals = RefusalMiddleware(audit: audit)
        self.idempotency = idempotency
    }

    func handle(
        _ request: Request, context: TenantContext, next: @concurrent (Request, TenantContext) async throws -> Response
    ) async throws -> Response {
        if NotedReads.isPlain(request, context) { return try await next(request, context) }
        return try await refusals.handle(request, context: context) { request, context in
            try Self.requireLimits(context.principal)
            guard let idempotency else { return try await next(request, context) }
            return try await idempotency.handle(request, context: context, next: next)
        }
    }

    /// Holds tokens that may only read to reading; the database does so as well: their transactions are read-only.
    /// Noted reads show sealed secrets, and whoever has one of those can do more than read.
    private static func requireLimits(_ principal: Principal) throws(Refusal) {
        if principal.token?.access == .read { throw .forbidden("the token may only read") }
    }
}
