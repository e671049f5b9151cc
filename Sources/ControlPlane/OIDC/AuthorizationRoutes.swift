import Auth
import Domain
import Hummingbird

/// The authorization endpoint: code with PKCE, for browsers and for programs that open one (RFC 6749, section 4.1;
/// RFC 7636; RFC 8252). Programs of this computer get a code only once the person has allowed it.
///
/// | route | who |
/// |---|---|
/// | `GET /auth/realms/master/protocol/openid-connect/auth` | a browser session; others sign in first |
/// | `POST /auth/realms/master/protocol/openid-connect/auth/consent` | a browser session, with its token |
struct AuthorizationRoutes {
    let pages: Pages
    let requests: PageRequests
    let codes: AuthorizationCodes
    let redirects: RedirectURIs
    let issuer: String

    static let consentPath = OIDCEndpoints.authorizationPath + "/consent"

    func add(to group: RouterGroup<AppContext>) {
        group.get(RouterPath(OIDCEndpoints.authorizationPath), use: authorize)
        group.post(RouterPath(Self.consentPath), use: consent)
    }

    @Sendable private func authorize(_ request: Request, _ context: AppContext) async throws -> Response {
        let query = request.uri.query ?? ""
        return try await answering(query) { asked in
            guard let session = try await requests.session(request), codes.isFresh(session, for: asked),
                !asked.wantsSignIn
            else {
                guard !asked.isSilent else {
                    return Pages.redirect(to: asked.refusal("login_required", "Nobody is signed in.", issuer: issuer))
                }
                return Pages.redirect(to: ReturnTarget(request).signIn)
            }
            guard asked.needsConsent else { return try await answer(asked, session) }
            guard !asked.isSilent else {
                return Pages.redirect(
                    to: asked.refusal("consent_required", "Somebody has to allow it.", issuer: issuer))
            }
            return confirm(asked, query, session)
        }
    }

    @Sendable private func consent(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let session = try await requests.session(request) else {
            return Pages.redirect(to: ReturnTarget(nil).signIn)
        }
        let fields = try await requests.form(request, of: session)
        return try await answering(fields["request"] ?? "") { asked in
            switch fields["decision"] {
            case "approve": return try await answer(asked, session)
            case "deny": return Pages.redirect(to: asked.refusal("access_denied", "It was denied.", issuer: issuer))
            default: throw Refusal.malformed("the form lacks a decision")
            }
        }
    }

    /// Reads the request; what is wrong with it is said here or to the client.
    private func answering(
        _ query: String, _ body: (AuthorizationRequest) async throws -> Response
    ) async throws -> Response {
        let asked: AuthorizationRequest
        do throws(AuthorizationRequest.Failure) {
            asked = try AuthorizationRequest(query: query, redirects: redirects, issuer: issuer)
        } catch {
            switch error {
            case .here(let detail):
                return pages.message("This application can't sign you in", error: detail, status: .badRequest)
            case .redirect(let target): return Pages.redirect(to: target)
            }
        }
        return try await body(asked)
    }

    private func answer(_ asked: AuthorizationRequest, _ session: BrowserSession) async throws -> Response {
        Pages.redirect(to: asked.answer(code: try await codes.issue(for: asked, to: session), issuer: issuer))
    }

    private func confirm(_ asked: AuthorizationRequest, _ query: String, _ session: BrowserSession) -> Response {
        let origin = RedirectURIs.origin(of: asked.redirectURI)
        return pages.page(
            "consent",
            [
                "title": .text("Approve a program"), "client": .text(asked.clientID), "origin": .text(origin),
                "scope": .text(asked.scope), "request": .text(query), "action": .text(Self.consentPath),
            ], session: session, formTargets: origin.map { [$0] } ?? [])
    }
}

extension ReturnTarget {
    /// Where to go once somebody has shown who they are: an authorization request must not ask for it again, but whether
    /// the program may have a code is still to be asked. The request is read as the endpoint reads it: a name may be
    /// written in many ways.
    var afterSignIn: String {
        guard let query = authorizationQuery, let fields = try? FormFields(Array(query.utf8)) else { return text }
        let rest = fields.encoded { name, value in
            switch name {
            case "max_age": nil
            case "prompt": value.split(separator: " ").contains("consent") ? "consent" : nil
            default: value
            }
        }
        return "\(OIDCEndpoints.authorizationPath)?\(rest)"
    }
}
