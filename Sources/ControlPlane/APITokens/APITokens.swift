import Auth
import Domain
import FoundationEssentials
import Persistence

/// Tokens that programs send: everybody's own, and those of the service accounts that somebody manages. Only who signed
/// in has to do with them: a token makes, shows and ends no tokens.
package struct APITokens: Sendable {
    let database: Database
    let time: any TimeSource
    let random: any RandomSource
    /// Told of an end at once: what this replica remembers must not wait for the notification of its own commit.
    let authenticator: Authenticator

    /// What somebody asks for.
    struct Request: Sendable {
        let name: String
        let access: TokenAccess
        let workspaces: [WorkspaceID]?
        let expiresAt: Date?

    }

    /// A token with its secret, which is shown once.
    struct Made: Sendable {
        let token: APIToken
        let secret: OpaqueToken
    }

    /// As whom a token acts.
    enum Owner: Sendable {
        case caller
        case serviceAccount(UserID)
    }

    /// Takes a sign-in here that is live when the token is stored, so a reset or a deactivation ends the token as well, or
    /// comes first.
    /// - Throws: `Refusal`: forbidden, notFound for a service account that is not seen, invalid, `limit_reached`;
    ///   unauthenticated when the sign-in was ended meanwhile.
    func create(_ request: Request, for owner: Owner, by principal: Principal) async throws -> Made {
        try principal.requireSignIn()
        let now = time.now()
        guard request.expiresAt.map({ $0 > now }) ?? true else {
            throw Refusal.invalid("expires_at", "future", "a time to come")
        }
        let secret = OpaqueToken(.apiToken, random: random)
        let id: APITokenID = random.id()
        let token = try await database.change(as: principal, .tokenCreate, on: { Self.subject($0) }) { tx in
            let user = try Self.user(of: owner, by: principal, tx)
            try Self.hold(user, for: principal, at: now, tx)
            try Self.requireRoom(for: user, at: now, tx)
            try Self.requireMembership(of: user, in: request.workspaces ?? [], tx)
            let token = APIToken(
                id: id, userID: user, name: request.name, hint: secret.hint, access: request.access,
                workspaces: request.workspaces, createdBy: principal.userID, createdAt: now,
                expiresAt: request.expiresAt)
            _ = try tx.run(.insertAPIToken(token, secret.digest))
            return token
        }
        return Made(token: token, secret: secret)
    }

    /// Those that were not revoked, newest first.
    /// - Throws: `Refusal`: forbidden, notFound for a service account that is not seen.
    func list(of owner: Owner, after: TimedPosition<Entity.APIToken>?, limit: Int, by principal: Principal) async throws
        -> [APIToken]
    {
        try principal.requireSignIn()
        return try await database.read(as: principal) { tx in
            let user = try Self.user(of: owner, by: principal, tx)
            return try tx.run(.apiTokens(of: user, after: after.map { ($0.time, $0.id) }, limit: limit))
        }
    }

    /// Ends a token at once, on every replica.
    /// - Throws: `Refusal`: forbidden, notFound.
    func revoke(_ id: APITokenID, of owner: Owner, by principal: Principal) async throws {
        try principal.requireSignIn()
        let now = time.now()
        let user = try await database.change(
            as: principal, .tokenRevoke, on: { AuditSubject(.token, id, detail: ["user_id": $0.description]) }
        ) { tx in
            let user = try Self.user(of: owner, by: principal, tx)
            guard try tx.run(.revokeAPIToken(id, of: user, at: now)) == 1 else { throw Refusal.notFound(.token) }
            return user
        }
        authenticator.invalidate(user)
    }

    private static func user(of owner: Owner, by principal: Principal, _ tx: borrowing some Transaction & ~Copyable)
        throws -> UserID
    {
        switch owner {
        case .caller: principal.userID
        case .serviceAccount(let id): try ServiceAccounts.requireManaged(id, tx).id
        }
    }

    /// For the audit: whom the token is for, what it may do, and where, if not everywhere.
    private static func subject(_ token: APIToken) -> AuditSubject {
        let places = token.workspaces
        var detail = ["access": token.access.rawValue, "user_id": token.userID.description]
        detail["workspace_ids"] = places.map { $0.map(\.description).joined(separator: " ") }
        return AuditSubject(.token, token.id, in: places?.count == 1 ? places?.first : nil, detail: detail)
    }

    /// Keeps what the making rests on from being ended meanwhile.
    private static func hold(
        _ user: UserID, for principal: Principal, at now: Date, _ tx: borrowing WriteTransaction
    ) throws {
        switch try tx.run(.holdForToken(user, signIn: principal.sessionID, at: now)) {
        case .held: return
        case .foreign: throw Refusal.notFound(.serviceAccount)
        case .noSignIn: throw Refusal.forbidden("making a token takes a sign-in at this server")
        // It would begin to work with the next activation, after "a deactivation ends its tokens".
        case .accountInactive: throw Refusal.forbidden("the service account is not active")
        case .callerInactive, .signInEnded:
            throw Refusal.unauthenticated("this sign-in was ended while the token was being made")
        }
    }

    /// Nobody else makes a token for the user meanwhile: `hold` has locked them.
    private static func requireRoom(for user: UserID, at now: Date, _ tx: borrowing WriteTransaction) throws {
        let limit = APIToken.maxLive
        guard try tx.run(.countLiveAPITokens(of: user, at: now)) < limit else {
            throw Refusal.conflict(.limitReached, "an account may have \(limit) tokens; revoke one first")
        }
    }

    private static func requireMembership(
        of user: UserID, in workspaces: [WorkspaceID], _ tx: borrowing WriteTransaction
    ) throws {
        guard !workspaces.isEmpty else { return }
        let found = Set(try tx.run(.memberships(of: user, among: workspaces)))
        let errors = workspaces.enumerated().filter { !found.contains($1) }.map {
            FieldError(
                field: "workspace_ids[\($0.offset)]", rule: "member",
                detail: "a workspace that whom the token is for is a member of, and you are")
        }
        guard errors.isEmpty else { throw Refusal.invalid(errors) }
    }
}
