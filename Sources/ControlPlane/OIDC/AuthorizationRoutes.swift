import Auth
import Domain
import Hummingbird

/// The authorization endpoint: code with PKCE, for browsers and for programs that open one (RFC 6749, section 4.1;
/// RFC 7636; RFC 8252).
///
/// | route | who |
/// |---|---|
/// | `GET /auth/realms/master/protocol/openid-connect/auth` | a browser session; others sign in first |
struct AuthorizationRoutes {
    let pages: Pages
    let requests: PageRequests
    let codes: AuthorizationCodes
    let redirects: RedirectURIs
    let issuer: String

    func add(to group: RouterGroup<AppContext>) {
        group.get(RouterPath(OIDCEndpoints.authorizationPath), use: authorize)
    }

    @Sendable private func authorize(_ request: Request, _ context: AppContext) async throws -> Response {
        let asked: AuthorizationRequest
        do throws(AuthorizationRequest.Failure) {
            asked = try AuthorizationRequest(query: request.uri.query ?? "", redirects: redirects, issuer: issuer)
        } catch {
            switch error {
            case .here(let detail):
                return pages.message("This application can't sign you in", error: detail, status: .badRequest)
            case .redirect(let target): return Pages.redirect(to: target)
            }
        }
        guard let session = try await requests.session(request), codes.isFresh(session, for: asked), !asked.wantsSignIn
        else {
            guard !asked.isSilent else {
                return Pages.redirect(to: asked.refusal("login_required", "Nobody is signed in.", issuer: issuer))
            }
            return Pages.redirect(to: ReturnTarget(request).signIn)
        }
        let code = try await codes.issue(for: asked, to: session)
        return Pages.redirect(to: asked.answer(code: code, issuer: issuer))
    }
}

extension ReturnTarget {
    /// Where to go once the password was given: an authorization request must not ask for it again.
    var afterSignIn: String {
        guard let query = authorizationQuery else { return text }
        let rest = query.split(separator: "&").filter { !$0.hasPrefix("prompt=") && !$0.hasPrefix("max_age=") }
        return "\(OIDCEndpoints.authorizationPath)?\(rest.joined(separator: "&"))"
    }
}
