import Auth
import Domain
import FoundationEssentials
import Hummingbird
import Persistence

/// Personal access tokens on the account page.
///
/// | route | who |
/// |---|---|
/// | `POST /account/tokens` | a browser session, with its token; the answer shows the secret, once |
/// | `POST /account/tokens/{token_id}/revoke` | the same; only its own user's tokens |
struct TokenPageRoutes {
    let pages: Pages
    let requests: PageRequests
    let tokens: APITokens

    /// How many of each the page shows; the API has all.
    private static let listed = 100
    private static let daySeconds: TimeInterval = 24 * 3600

    func add(to group: RouterGroup<AppContext>) {
        group.post("/account/tokens", use: create)
        group.post("/account/tokens/{token_id}/revoke", use: revoke)
    }

    /// What the account page says of tokens.
    func section(of principal: Principal) async throws -> Pages.Values {
        let rows = try await tokens.list(of: .caller, after: nil, limit: Self.listed, by: principal)
        let workspaces = try await tokens.database.run(.workspaceLabels(limit: Self.listed), as: principal)
        let names = Dictionary(uniqueKeysWithValues: workspaces.map { ($0.id, $0.name.rawValue) })
        return [
            "has_tokens": .flag(!rows.isEmpty), "tokens": .list(rows.prefix(Self.listed).map { row($0, names) }),
            "workspaces": .list(
                workspaces.map { ["id": .text($0.id.description), "name": .text("\($0.name) (\($0.id))")] }),
        ]
    }

    private func row(_ token: APIToken, _ names: [WorkspaceID: String]) -> [String: PageValue] {
        let places = token.workspaces.map { $0.map { names[$0] ?? "workspace \($0)" }.joined(separator: ", ") }
        return [
            "id": .text(token.id.description), "name": .text(token.name), "hint": .text(token.hint),
            "created": .text(PageTime.text(token.createdAt)),
            "access": .text(token.access == .read ? "read" : "read and write"),
            "where": .text(places ?? "all your workspaces"),
            "expires": .text(token.expiresAt.map(PageTime.text) ?? "never"),
            "last_used": .text(token.lastUsedAt.map(PageTime.text) ?? "not yet"),
        ]
    }

    @Sendable private func create(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let session = try await requests.session(request) else {
            return Pages.redirect(to: ReturnTarget(nil).signIn)
        }
        let fields = try await requests.form(request, of: session)
        let wanted = try wanted(fields)
        let made = try await RequestOrigin.$current.withValue(origin(request, context)) {
            try await tokens.create(wanted, for: .caller, by: session.principal)
        }
        return pages.page(
            "token",
            [
                "title": .text("Your new token"), "name": .text(made.token.name),
                "secret": .text(made.secret.text.reveal()),
            ], session: session)
    }

    private func wanted(_ fields: FormFields) throws -> APITokens.Request {
        guard let access = TokenAccess(rawValue: fields["access"] ?? "") else {
            throw Refusal.invalid("access", "one_of", "one of read, write")
        }
        let workspace = try fields["workspace"].map { text throws(Refusal) in
            guard let id = WorkspaceID(text) else { throw .notFound(.workspace) }
            return id
        }
        let days = try fields["days"].map { text throws(Refusal) in
            guard let days = Int(text), (1...3660).contains(days) else {
                throw .invalid("days", "range", "a whole number from 1 to 3660")
            }
            return TimeInterval(days)
        }
        return APITokens.Request(
            name: try Text.name(fields["name"] ?? "", field: "name"), access: access,
            workspaces: workspace.map { [$0] }, expiresAt: days.map { tokens.time.now() + $0 * Self.daySeconds })
    }

    @Sendable private func revoke(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let session = try await requests.session(request) else {
            return Pages.redirect(to: ReturnTarget(nil).signIn)
        }
        _ = try await requests.form(request, of: session)
        let id = try context.id("token_id", of: .token, as: APITokenID.self)
        try await RequestOrigin.$current.withValue(origin(request, context)) {
            try await tokens.revoke(id, of: .caller, by: session.principal)
        }
        return Pages.redirect(to: ReturnTarget.account)
    }

    private func origin(_ request: Request, _ context: AppContext) -> RequestOrigin {
        RequestOrigin(address: requests.clientAddresses.address(of: request, context), requestID: context.id)
    }
}
