import Foundation
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing

@testable import ControlPlane

/// Rules that hold for every route, found by walking the routers.
@Suite(.ownDatabase, .timeLimit(.minutes(4)))
struct RouterWalkTests {
    /// `GET /api/v1/models/{model_id}`, as the document writes it.
    private static func routes<Context>(_ router: Router<Context>) -> Set<String> {
        Set(router.routes.map { "\($0.method.rawValue) \($0.path.description)" })
    }

    @Test func `routers and OpenAPI document name the same routes`() async throws {
        try await TestServer.with { server in
            let routes = Self.routes(Routers.api(server.services))
                .union(Self.routes(Routers.edgePort(server.services)))
            let document = try #require(
                try JSONSerialization.jsonObject(with: Data(openAPIDocument.utf8)) as? [String: Any])
            let paths = try #require(document["paths"] as? [String: [String: Any]])
            let methods: Set = ["get", "post", "put", "patch", "delete"]
            let described = Set(
                paths.flatMap { path, item in item.keys.filter(methods.contains).map { "\($0.uppercased()) \(path)" } })
            #expect(routes.subtracting(described) == [], "routes without a description")
            #expect(described.subtracting(routes) == [], "descriptions without a route")
        }
    }

    /// The only routes below /api/v1 that need no token. The list may only shrink.
    private static let open: Set = ["GET /api/v1/openapi.json", "POST /api/v1/invitations/accept"]

    @Test func `every other route of the API refuses nobody and a bad token`() async throws {
        try await TestServer.with { server in
            let router = Routers.api(server.services)
            let closed = Self.routes(router).filter { $0.contains("/api/v1/") || $0.contains("/auth/admin/") }
                .subtracting(Self.open)
            #expect(closed.count > 25)
            try await Application(router: router).test(.router) { client in
                for route in closed {
                    let parts = route.split(separator: " ")
                    let path = String(parts[1]).replacing(/\{[a-z_]+\}/, with: "1")
                    let method = HTTPRequest.Method(rawValue: String(parts[0])) ?? .get
                    for headers in [[:], [.authorization: "Bearer nonsense"], [.authorization: "Basic YTpi"]]
                        as [HTTPFields]
                    {
                        try await client.execute(uri: path, method: method, headers: headers) { response in
                            #expect(response.status == .unauthorized, "\(route) \(headers)")
                            #expect(response.headers[.contentType] == "application/problem+json")
                            #expect(response.headers[.wwwAuthenticate] != nil)
                        }
                    }
                }
            }
        }
    }

    @Test func `an unknown path is a 404 problem with a request id`() async throws {
        try await TestServer.with { server in
            try await Application(router: Routers.api(server.services)).test(.router) { client in
                try await client.execute(uri: "/api/v2/none", method: .get) { response in
                    #expect(response.status == .notFound)
                    #expect(response.headers[.contentType] == "application/problem+json")
                    #expect(String(buffer: response.body).contains("\"code\":\"not_found\""))
                }
            }
        }
    }

    @Test func `a token opens the door`() async throws {
        try await TestServer.with { server in
            let token = try await server.token()
            try await Application(router: Routers.api(server.services)).test(.router) { client in
                try await client.execute(uri: "/api/v1/me", method: .get, headers: [.authorization: "Bearer \(token)"])
                {
                    #expect($0.status == .ok)
                    #expect(String(buffer: $0.body).contains(TestServer.email))
                }
            }
        }
    }
}
