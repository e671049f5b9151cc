import Auth
import Domain
import Hummingbird

/// Sign-out that an application asks for (OpenID Connect RP-Initiated Logout 1.0). A valid `id_token_hint` of the person
/// who is signed in is enough; otherwise the person is asked.
///
/// | route | who |
/// |---|---|
/// | `GET`, `POST /auth/realms/master/protocol/openid-connect/logout` | everybody |
struct EndSessionRoutes {
    let pages: Pages
    let requests: PageRequests
    let tokens: AccessTokens
    let redirects: RedirectURIs

    func add(to group: RouterGroup<AppContext>) {
        group.get(RouterPath(OIDCEndpoints.endSessionPath)) { request, _ in
            try await end(request, try requests.query(request))
        }
        // The cookie does not come with another site's POST, but with the GET that this leads to.
        group.post(RouterPath(OIDCEndpoints.endSessionPath)) { request, _ in
            let fields = try await requests.form(request)
            let names = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"]
            return Pages.redirect(
                to: RedirectURIs.adding(names.map { ($0, fields[$0]) }, to: OIDCEndpoints.endSessionPath))
        }
    }

    private func end(_ request: Request, _ fields: FormFields) async throws -> Response {
        let uri = fields["post_logout_redirect_uri"]
        if let uri, !redirects.allowsAfterSignOut(uri) {
            throw Refusal.malformed("the application named an address to return to that is not registered")
        }
        guard let session = try await requests.session(request) else { return done(uri, fields["state"]) }
        guard let text = fields["id_token_hint"], let hint = await tokens.hint(text),
            hint.userID == session.principal.userID
        else {
            return pages.page(
                "confirm-sign-out",
                ["title": .text("Sign out?"), "return_uri": .text(uri), "state": .text(fields["state"])],
                session: session, formTargets: uri.flatMap(RedirectURIs.origin).map { [$0] } ?? [])
        }
        _ = try await requests.signIns.end(session.principal.sessionID, as: session.principal)
        return done(uri, fields["state"])
    }

    private func done(_ uri: String?, _ state: String?) -> Response {
        var response = Pages.redirect(to: uri.map { RedirectURIs.adding([("state", state)], to: $0) } ?? "/signed-out")
        requests.cookies.clearSession(on: &response)
        return response
    }
}
