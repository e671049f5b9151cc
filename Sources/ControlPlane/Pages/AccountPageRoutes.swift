import Auth
import Domain
import FoundationEssentials
import Hummingbird
import Persistence

/// The page of somebody who is signed in.
///
/// | route | who |
/// |---|---|
/// | `GET /account` | a browser session; others sign in first |
/// | `POST /account/sign-ins/{sign_in_id}/end` | a browser session, with its token; only its own user's sign-ins |
struct AccountPageRoutes {
    let pages: Pages
    let requests: PageRequests
    let signIns: SignIns
    let tokens: TokenPageRoutes
    let identities: IdentityPageRoutes

    func add(to group: RouterGroup<AppContext>) {
        group.get("/account", use: show)
        group.post("/account/sign-ins/{sign_in_id}/end", use: end)
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let session = try await requests.session(request) else {
            return Pages.redirect(to: ReturnTarget(nil).signIn)
        }
        let all = try await signIns.all(as: session.principal)
        let links = try await identities.section(of: session.principal)
        let section = try await tokens.section(of: session.principal).merging(links) { $1 }
        var values: Pages.Values = [
            "title": .text("Your account"), "name": .text(session.name),
            "role": .text(session.principal.isAdmin ? "Administrator" : "Member"),
            "sessions": .list(all.map { row($0, isCurrent: $0.id == session.principal.sessionID) }),
        ]
        values.merge(section) { $1 }
        return pages.page("account", values, session: session)
    }

    private func row(_ signIn: SignInRecord, isCurrent: Bool) -> [String: PageValue] {
        [
            "id": .text(signIn.id.text), "kind": .text(Self.names[signIn.kind]),
            "agent": .text(signIn.agent.isEmpty ? "unknown program" : signIn.agent), "address": .text(signIn.address),
            "since": .text(PageTime.text(signIn.createdAt)), "last_used": .text(PageTime.text(signIn.lastUsedAt)),
            "current": .flag(isCurrent),
        ]
    }

    private static let names: [SignInKind: String] = [
        .browser: "Browser", .password: "Program with your password", .device: "Program that you approved",
        .code: "Program, through a browser",
    ]

    @Sendable private func end(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let session = try await requests.session(request) else {
            return Pages.redirect(to: ReturnTarget(nil).signIn)
        }
        _ = try await requests.form(request, of: session)
        guard let id = UUID(text: try context.text("sign_in_id")),
            try await signIns.end(id, as: session.principal)
        else { throw Refusal.notFound(.signIn) }
        guard id == session.principal.sessionID else { return Pages.redirect(to: ReturnTarget.account) }
        var response = Pages.redirect(to: "/signed-out")
        requests.cookies.clearSession(on: &response)
        return response
    }
}
