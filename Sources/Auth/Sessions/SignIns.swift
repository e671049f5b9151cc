package import Domain
package import FoundationEssentials
package import Persistence

/// Browser sessions, and the list of a user's sign-ins.
package struct SignIns: Sendable {
    /// A browser session's life, from its sign-in.
    package static let browserLifeSeconds = 12 * 3600
    /// `client_id` of browser sessions.
    static let browserClientID = "browser"
    /// Live sign-ins of a user; one more ends the one that was used longest ago.
    package static let maxLive = 200
    /// How many sign-ins the account page shows.
    package static let listed = 100

    private let database: Database
    private let tokens: AccessTokens
    private let time: any TimeSource
    private let random: any RandomSource

    package init(database: Database, tokens: AccessTokens, time: any TimeSource, random: any RandomSource) {
        self.database = database
        self.tokens = tokens
        self.time = time
        self.random = random
    }

    private var system: SystemDatabase { database.system(because: "a cookie says who it is") }

    /// Opens a browser session; always a new one, so that nobody can have planted its cookie.
    /// - Parameter authenticatedAt: when the person proved who they are, if not just now.
    /// - Returns: what the cookie holds.
    package func open(
        _ account: Account, from origin: SignInOrigin, authenticatedAt: Date? = nil
    ) async throws -> OpaqueToken {
        let cookie = OpaqueToken(.session, random: random)
        let now = time.now()
        let request = RequestOrigin.current
        let signIn = SignInRecord(
            id: random.uuid(), userID: account.userID, kind: .browser, clientID: Self.browserClientID,
            agent: origin.agent, address: origin.address ?? "", createdAt: now, authenticatedAt: authenticatedAt,
            expiresAt: now + TimeInterval(Self.browserLifeSeconds))
        try await system.write { tx in
            // A deactivation or a new password since the password was checked must not leave a session behind.
            guard let user = try tx.run(.userForSession(account.userID)), user.active,
                user.tokensNotBefore == account.tokensNotBefore
            else { throw TokenError.badCredentials }
            try signIn.insert(cookieSHA256: cookie.digest.bytes, from: request, tx)
        }
        return cookie
    }

    /// The live session that a cookie names, `nil` for anything else.
    package func session(cookie text: String) async throws -> BrowserSession? {
        guard let cookie = OpaqueToken(text, kind: .session) else { return nil }
        let now = time.now()
        guard let found = try await system.run(.browserSession(cookieSHA256: cookie.digest.bytes, at: now)),
            found.signIn.createdAt >= found.user.tokensNotBefore ?? .distantPast
        else { return nil }
        // Once a minute is precise enough for people.
        if now > found.signIn.lastUsedAt + 60 {
            _ = try await system.run(.touchSignIn(found.signIn.id, at: now, expiresAt: found.signIn.expiresAt))
        }
        return BrowserSession(
            principal: Principal(
                userID: found.user.id, email: found.user.email, isAdmin: found.user.isAdmin,
                sessionID: found.signIn.id), name: found.user.name, signedInAt: found.signIn.provedAt,
            cookie: cookie)
    }

    /// The caller's live sign-ins.
    package func all(as principal: Principal) async throws -> [SignInRecord] {
        try await database.run(.signIns(of: principal.userID, at: time.now(), limit: Self.listed), as: principal)
    }

    /// Ends one of the caller's sign-ins, with what was made from it.
    /// - Returns: whether there was one.
    package func end(_ id: UUID, as principal: Principal) async throws -> Bool {
        let now = time.now()
        let origin = RequestOrigin.current
        return try await database.write(as: principal) { tx in
            _ = try tx.run(.lockOwnAccount())
            _ = try tx.run(.lockSignIn(id, of: principal.userID))
            guard try tx.run(.revokeSignIn(id, of: principal.userID, at: now)) > 0 else { return false }
            _ = try tx.run(
                .insertAuditEvent(
                    .signInEnd, on: AuditSubject(.signIn, id.text), by: principal.auditActor, from: origin))
            return true
        }
    }

    /// What authentication must know of a user, with the sign-ins that were ended while access tokens of theirs may
    /// still be alive, in one round trip; `nil` for an unknown user.
    package func account(_ id: UserID) async throws -> Account? {
        let life = TimeInterval(tokens.settings.lifeSeconds + 2 * tokens.settings.leewaySeconds)
        let (user, ended) = try await system.run(.user(id), .revokedSignIns(of: id, since: time.now() - life))
        return user.map {
            var account = Account($0)
            account.endedSignIns = Set(ended)
            return account
        }
    }

    /// A cookie for a browser that has not signed in.
    package func visit() -> OpaqueToken { OpaqueToken(.visit, random: random) }
}

/// Somebody who is signed in with a browser.
package struct BrowserSession: Sendable {
    package let principal: Principal
    package let name: String
    /// When the person proved who they are: here, or at the provider that said so.
    package let signedInAt: Date
    private let cookie: OpaqueToken

    init(principal: Principal, name: String, signedInAt: Date, cookie: OpaqueToken) {
        self.principal = principal
        self.name = name
        self.signedInAt = signedInAt
        self.cookie = cookie
    }

    /// What each form of this session must carry.
    package var formToken: String { cookie.formToken }
}
