import Auth
import Domain
import Hummingbird

/// The pages' cookies: of a session, of a browser that has not signed in, and of a link that sets a password. No script reads them, other sites
/// send them only when they lead here; behind TLS the `__Host-` prefix keeps other hosts of the domain from setting them.
struct PageCookies: Sendable {
    private let isSecure: Bool

    init(publicURL: String) { isSecure = publicURL.lowercased().hasPrefix("https://") }

    var prefix: String { isSecure ? "__Host-" : "" }
    var sessionName: String { prefix + "drover_session" }
    var visitName: String { prefix + "drover_visit" }
    private var linkName: String { prefix + "drover_link" }

    /// What the session cookie holds, if there is one.
    func session(of request: Request) -> String? { request.cookies[sessionName]?.value }

    /// The visit cookie, if it is one of ours.
    func visit(of request: Request) -> OpaqueToken? {
        request.cookies[visitName].flatMap { OpaqueToken($0.value, kind: .visit) }
    }

    /// Signs the browser in; what it had before it signed in is gone.
    func setSession(_ token: OpaqueToken, on response: inout Response) {
        response.setCookie(cookie(sessionName, token.text.reveal(), life: SignIns.browserLifeSeconds))
        response.setCookie(cookie(visitName, "", life: 0))
    }

    func setVisit(_ token: OpaqueToken, on response: inout Response) {
        response.setCookie(cookie(visitName, token.text.reveal(), life: 3600))
    }

    func clearSession(on response: inout Response) { response.setCookie(cookie(sessionName, "", life: 0)) }

    /// The token of a link that sets a password, if the browser has come with one.
    func link(of request: Request) -> OpaqueToken? {
        request.cookies[linkName].flatMap { OpaqueToken($0.value, kind: .accountLink) }
    }

    func setLink(_ token: OpaqueToken, on response: inout Response) {
        response.setCookie(cookie(linkName, token.text.reveal(), life: 3600))
    }

    func clearLink(on response: inout Response) { response.setCookie(cookie(linkName, "", life: 0)) }

    func cookie(_ name: String, _ value: String, life seconds: Int) -> Cookie {
        Cookie(name: name, value: value, maxAge: seconds, path: "/", secure: isSecure, httpOnly: true, sameSite: .lax)
    }
}
