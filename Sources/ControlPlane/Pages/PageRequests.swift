import Auth
import Domain
import HTTPTypes
import Hummingbird
import NIOCore

/// What page routes ask of a request.
struct PageRequests: Sendable {
    let signIns: SignIns
    let cookies: PageCookies
    let clientAddresses: ClientAddresses

    /// Who is signed in with this browser.
    func session(_ request: Request) async throws -> BrowserSession? {
        guard let cookie = cookies.session(of: request) else { return nil }
        return try await signIns.session(cookie: cookie)
    }

    func origin(_ request: Request, _ context: AppContext) -> SignInOrigin {
        SignInOrigin(
            address: clientAddresses.address(of: request, context), agent: request.headers[.userAgent] ?? "")
    }

    /// The query's fields.
    /// - Throws: `TokenError` for a query that is not form encoding or repeats a field.
    func query(_ request: Request) throws -> FormFields { try FormFields(Array((request.uri.query ?? "").utf8)) }

    /// The fields of a form's body.
    /// - Throws: `Refusal` for another content type or a long body; `TokenError`.
    func form(_ request: Request) async throws -> FormFields { try FormFields(try await FormBody.bytes(of: request)) }

    /// The fields of a form that carries the token of this session; a form that another site made does not.
    /// - Throws: `Refusal.forbidden`; as `form`.
    func form(_ request: Request, of session: BrowserSession) async throws -> FormFields {
        let fields = try await form(request)
        guard fields["form_token"] == session.formToken else { throw Self.foreignForm }
        return fields
    }

    static let foreignForm = Refusal.forbidden("the form is out of date; open the page again and repeat it")
}

/// Form bodies as bytes.
enum FormBody {
    private static let limit = 16 << 10

    /// - Throws: `Refusal.unsupportedMediaType`, `Refusal.tooLarge`.
    static func bytes(of request: Request) async throws -> [UInt8] {
        let type = request.headers[.contentType]?.lowercased() ?? ""
        guard type.hasPrefix("application/x-www-form-urlencoded") else {
            throw Refusal.unsupportedMediaType("this route takes application/x-www-form-urlencoded")
        }
        return Array(try await request.smallBody(upTo: limit).readableBytesView)
    }
}
