import Auth
import Domain
import Hummingbird

/// The page of a link with which somebody sets a password: an invitation, or an administrator's reset. Opening it uses
/// nothing up, because mail programs open links, too. The token is in the address only until the browser has it as a
/// cookie, so that it stands in no history entry of the form, no `Referer` and no picture of the page.
///
/// | route | who |
/// |---|---|
/// | `GET /invitation` | whoever has the link |
/// | `POST /invitation` | the same, with the form's token |
struct InvitationPageRoutes {
    static let path = "/invitation"

    let pages: Pages
    let requests: PageRequests
    let users: Users

    func add(to group: RouterGroup<AppContext>) {
        group.get(RouterPath(Self.path), use: show)
        group.post(RouterPath(Self.path), use: accept)
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        if let text = try requests.query(request)["token"] {
            guard let link = OpaqueToken(text, kind: .accountLink) else { return gone() }
            var response = Pages.redirect(to: Self.path)
            requests.cookies.setLink(link, on: &response)
            return response
        }
        guard let link = requests.cookies.link(of: request), let user = try await users.holder(of: link) else {
            return gone()
        }
        return form(link, user)
    }

    @Sendable private func accept(_ request: Request, _ context: AppContext) async throws -> Response {
        let fields = try await requests.form(request)
        guard let link = requests.cookies.link(of: request), let user = try await users.holder(of: link) else {
            return gone()
        }
        guard fields["form_token"] == link.formToken else { throw PageRequests.foreignForm }
        guard fields["password"] == fields["repeated"] else {
            return form(link, user, error: "The two passwords are not the same.")
        }
        guard let password = try? Password(Secret(fields["password"] ?? "")) else {
            return form(link, user, error: "The password must have 8 to 128 characters.")
        }
        do {
            _ = try await users.accept(link.text, password: password)
        } catch Refusal.unauthenticated {
            return gone()  // Somebody else was faster.
        }
        var response = pages.message(
            "Your password is set", text: "You can sign in with it now.",
            link: (ReturnTarget(nil).signIn, "Sign in"))
        requests.cookies.clearLink(on: &response)
        return response
    }

    private func form(_ link: OpaqueToken, _ user: User, error: String? = nil) -> Response {
        pages.page(
            "invitation",
            [
                "title": .text("Choose a password"), "account": .text(user.email.rawValue),
                "link_token": .text(link.formToken), "error": .text(error),
            ], status: error == nil ? .ok : .badRequest)
    }

    /// The same for a link that was never one, was used, has expired or was taken back.
    private func gone() -> Response {
        var response = pages.message(
            "This link does not work", error: "It may have been used or have expired. Ask for a new one.",
            status: .notFound)
        requests.cookies.clearLink(on: &response)
        return response
    }
}
