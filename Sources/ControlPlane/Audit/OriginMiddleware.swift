import Domain
import Hummingbird
import Logging

/// For requests that may change something: says to the audit where they come from, and notes those that are refused
/// because the caller may not. Reads pass by, but for those of secrets.
struct OriginMiddleware: RouterMiddleware {
    /// Paths that show what is sealed elsewhere.
    static let secretSuffix = "/details"

    let audit: Audit
    let addresses: ClientAddresses

    func handle(
        _ request: Request, context: TenantContext, next: @concurrent (Request, TenantContext) async throws -> Response
    ) async throws -> Response {
        let isRead = request.method == .get || request.method == .head
        if isRead, !request.uri.path.hasSuffix(Self.secretSuffix) { return try await next(request, context) }
        let origin = RequestOrigin(address: addresses.address(of: request, context), requestID: context.id)
        return try await RequestOrigin.$current.withValue(origin) {
            do {
                return try await next(request, context)
            } catch let refusal as Refusal {
                if case .forbidden = refusal { await note(refusal, request, context) }
                throw refusal
            }
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
