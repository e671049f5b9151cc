import Domain
import Hummingbird
import Logging

/// Notes in the audit what was refused because the caller may not, but for plain reads.
struct RefusalMiddleware: RouterMiddleware {
    let audit: Audit

    func handle(
        _ request: Request, context: TenantContext, next: @concurrent (Request, TenantContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let refusal as Refusal {
            if case .forbidden = refusal { await note(refusal, request, context) }
            throw refusal
        }
    }

    /// What was refused stays refused whether or not it can be noted.
    private func note(_ refusal: Refusal, _ request: Request, _ context: TenantContext) async {
        do {
            let route = "\(request.method.rawValue) \(context.endpointPath ?? "unknown")"
            try await audit.note(refusal, route: route, by: context.principal)
        } catch {
            context.logger.warning("a refusal was not noted in the audit", metadata: ["error": "\(error)"])
        }
    }
}
