import HTTPTypes
import Hummingbird
import NIOCore

/// `GET /api/v1/openapi.json`: the checked-in description of the API, for anyone.
struct OpenAPIRoutes {
    private static let body = ByteBuffer(string: openAPIDocument)

    func add(to router: Router<AppContext>) {
        router.get("api/v1/openapi.json") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json", .cacheControl: "public, max-age=300"],
                body: .init(byteBuffer: Self.body))
        }
    }
}
