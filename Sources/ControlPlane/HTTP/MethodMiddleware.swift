import Domain
import HTTPTypes
import Hummingbird

/// Answers requests that no route took: 405 with `Allow` where the path has a route under another method (RFC 9110,
/// section 15.5.6). Added to a router after its last route, it is on the way of nothing else.
struct MethodMiddleware<Context: RequestContext>: RouterMiddleware {
    private let routes: [(path: [Substring], method: String)]

    init(_ routes: [Router<Context>.RouteDescription]) {
        self.routes = routes.map { ($0.path.description.split(separator: "/"), $0.method.rawValue) }
    }

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path.split(separator: "/")
        let methods = routes.filter { Self.matches(path, $0.path) }.map(\.method)
        guard methods.isEmpty else { throw Refusal.methodNotAllowed(allow: methods.sorted().joined(separator: ", ")) }
        return try await next(request, context)
    }

    private static func matches(_ path: [Substring], _ pattern: [Substring]) -> Bool {
        path.count == pattern.count && zip(path, pattern).allSatisfy { $1.hasPrefix("{") || $0 == $1 }
    }
}
