import Auth
import Domain
import Hummingbird

/// The pages for coming and going.
///
/// | route | who |
/// |---|---|
/// | `GET /sign-in` | everybody |
/// | `POST /sign-in` | everybody, with the form's token |
/// | `POST /sign-out` | a browser session, with its token |
/// | `GET /signed-out` | everybody |
struct SignInRoutes {
    let pages: Pages
    let requests: PageRequests
    let passwords: PasswordSignIn
    let redirects: RedirectURIs
    let issuer: String
    /// What the other provider is called, if there is one.
    let externalName: String?

    func add(to group: RouterGroup<AppContext>) {
        group.get("/sign-in", use: show)
        group.post("/sign-in", use: signIn)
        group.post("/sign-out", use: signOut)
        group.get("/signed-out") { _, _ in
            pages.message(
                "Signed out", text: "You are signed out in this browser.",
                link: (ReturnTarget(nil).signIn, "Sign in again"))
        }
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        let target = ReturnTarget(try requests.query(request)["return"])
        if try await requests.session(request) != nil, !wantsSignIn(target) { return Pages.redirect(to: target.text) }
        return form(request, target)
    }

    /// An authorization request may ask for the password although there is a session.
    private func wantsSignIn(_ target: ReturnTarget) -> Bool {
        guard let asked = target.authorization(redirects, issuer: issuer) else { return false }
        return asked.wantsSignIn || asked.maxAgeSeconds != nil
    }

    /// - Parameter error: why the form is there again.
    private func form(
        _ request: Request, _ target: ReturnTarget, username: String = "", error: String? = nil
    ) -> Response {
        let known = requests.cookies.visit(of: request)
        let visit = known ?? requests.signIns.visit()
        var response = pages.page(
            "sign-in",
            [
                "title": .text("Sign in"), "form_token": .text(visit.formToken), "return": .text(target.text),
                "username": .text(username), "error": .text(error),
                "external": .text(externalName), "external_link": .text(ExternalRoutes.start(to: target)),
            ], status: error == nil ? .ok : .badRequest, formTargets: origins(of: target))
        if known == nil { requests.cookies.setVisit(visit, on: &response) }
        return response
    }

    /// Browsers hold the redirects that follow a form to its page's policy, so the client that waits must be in it.
    private func origins(of target: ReturnTarget) -> [String] {
        guard let asked = target.authorization(redirects, issuer: issuer) else { return [] }
        return [RedirectURIs.origin(of: asked.redirectURI)].compactMap { $0 }
    }

    @Sendable private func signIn(_ request: Request, _ context: AppContext) async throws -> Response {
        let fields = try await requests.form(request)
        let target = ReturnTarget(fields["return"])
        guard let visit = requests.cookies.visit(of: request), fields["form_token"] == visit.formToken else {
            return form(
                request, target, error: "The form was out of date, or this browser keeps no cookies. Try again.")
        }
        let username = fields["username"] ?? ""
        let origin = requests.origin(request, context)
        do {
            let account = try await passwords.signIn(
                username: username, password: Secret(fields["password"] ?? ""), from: origin.address)
            let cookie = try await requests.signIns.open(account, from: origin)
            var response = Pages.redirect(to: target.afterSignIn)
            requests.cookies.setSession(cookie, on: &response)
            return response
        } catch is TokenError {
            return form(
                request, target, username: username,
                error: "The e-mail address or the password is wrong, or there were too many wrong ones lately.")
        }
    }

    @Sendable private func signOut(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let session = try await requests.session(request) else { return Pages.redirect(to: "/signed-out") }
        let fields = try await requests.form(request, of: session)
        _ = try await requests.signIns.end(session.principal.sessionID, as: session.principal)
        let uri = fields["return_uri"].flatMap { redirects.allowsAfterSignOut($0) ? $0 : nil }
        var response = Pages.redirect(
            to: uri.map { RedirectURIs.adding([("state", fields["state"])], to: $0) } ?? "/signed-out")
        requests.cookies.clearSession(on: &response)
        return response
    }
}
