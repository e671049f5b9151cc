import Auth
import Domain
import Hummingbird

/// Links to other providers on the account page.
///
/// | route | who |
/// |---|---|
/// | `POST /account/identities/{identity_id}/remove` | a browser session, with its token; only its own user's links |
struct IdentityPageRoutes {
    let requests: PageRequests
    let users: Users

    /// How many the page shows; the API has all.
    private static let listed = 20

    func add(to group: RouterGroup<AppContext>) {
        group.post("/account/identities/{identity_id}/remove", use: remove)
    }

    /// What the account page says of links.
    func section(of principal: Principal) async throws -> Pages.Values {
        let rows = try await users.identities(of: principal.userID, after: nil, limit: Self.listed, by: principal)
        return [
            "has_identities": .flag(!rows.isEmpty),
            "identities": .list(
                rows.prefix(Self.listed).map {
                    [
                        "id": .text($0.id.description), "issuer": .text($0.issuer), "subject": .text($0.subject),
                        "since": .text(PageTime.text($0.createdAt)), "last_used": .text(PageTime.text($0.lastSeenAt)),
                    ]
                }),
        ]
    }

    /// Ends all sign-ins, this one too.
    @Sendable private func remove(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let session = try await requests.session(request) else {
            return Pages.redirect(to: ReturnTarget(nil).signIn)
        }
        _ = try await requests.form(request, of: session)
        let link = try context.id("identity_id", of: .identity, as: ExternalIdentityID.self)
        try await users.unlink(link, of: session.principal.userID, by: session.principal)
        var response = Pages.redirect(to: "/signed-out")
        requests.cookies.clearSession(on: &response)
        return response
    }
}
