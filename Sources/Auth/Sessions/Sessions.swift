package import Domain
import FoundationEssentials
package import Persistence

/// Signing in and staying signed in: the grants of the token endpoint (RFC 6749; RFC 8628; sdk-wire.md, section 1.2).
package struct Sessions: Sendable {
    /// A refresh token's life; each use gives a new one. An offline token's life, from its sign-in.
    package static let refreshLifeSeconds = 30 * 24 * 3600

    let database: Database
    private let passwords: PasswordSignIn
    let tokens: AccessTokens
    let time: any TimeSource
    let random: any RandomSource

    package init(
        database: Database, passwords: PasswordSignIn, tokens: AccessTokens, time: any TimeSource,
        random: any RandomSource
    ) {
        self.database = database
        self.passwords = passwords
        self.tokens = tokens
        self.time = time
        self.random = random
    }

    var system: SystemDatabase { database.system(because: "nobody is signed in at the token endpoint") }

    /// Answers a token request.
    /// - Throws: `TokenError` (`invalid_grant` for anything wrong with the credentials); `DatabaseError`; `Refusal`.
    package func token(for request: TokenRequest, from origin: SignInOrigin = .unknown) async throws -> TokenResponse {
        switch request.grant {
        case .password(let username, let password):
            let account = try await passwords.signIn(username: username, password: password, from: origin.address)
            return try await open(account, request: request, from: origin)
        case .refreshToken(let token):
            return try await refresh(token, request: request)
        case .deviceCode(let code):
            return try await redeem(code, request: request, from: origin)
        case .authorizationCode(let code, let redirectURI, let verifier):
            return try await redeem(code, redirectURI: redirectURI, verifier: verifier, request: request, from: origin)
        }
    }

    private func open(_ account: Account, request: TokenRequest, from origin: SignInOrigin) async throws
        -> TokenResponse
    {
        let grant = newGrant(
            .password, of: account.userID, client: request.clientID, scope: request.scope, from: origin)
        try await system.write { tx in
            // A deactivation or a new password since the password was checked must not leave a session behind.
            guard let user = try tx.run(.userForSession(account.userID)), user.active,
                user.tokensNotBefore == account.tokensNotBefore
            else { throw TokenError.badCredentials }
            try grant.insert(tx)
        }
        return try await answer(account, grant)
    }

    /// Ends a sign-in that somebody else may have got hold of, with its tokens. Locks its user first.
    func end(
        _ family: UUID, of user: UserID, because reason: String, from origin: RequestOrigin?, at now: Date,
        _ tx: borrowing WriteTransaction
    ) throws {
        _ = try tx.run(.lockUser(user))
        _ = try tx.run(.lockSignIn(family, of: user))
        let ended = try tx.run(.revokeSignIn(family, of: user, at: now))
        let tokens = try tx.run(.revokeRefreshTokens(family: family, at: now))
        // Once, however often the token comes back.
        guard ended + tokens > 0 else { return }
        _ = try tx.run(.noteSignInEnd(family, of: user, because: reason, from: origin))
    }

    func newGrant(
        _ kind: SignInKind, of user: UserID, parent: UUID? = nil, client: String, scope: String,
        from origin: SignInOrigin
    ) -> NewGrant {
        let now = time.now()
        return NewGrant(
            signIn: SignInRecord(
                id: random.uuid(), userID: user, parentID: parent, kind: kind, clientID: client, agent: origin.agent,
                address: origin.address ?? "", createdAt: now, expiresAt: now + TimeInterval(Self.refreshLifeSeconds)),
            token: OpaqueToken(TokenRequest.isOffline(scope) ? .offline : .refresh, random: random), scope: scope)
    }

    func answer(_ account: Account, _ grant: NewGrant, authentication: Authentication? = nil) async throws
        -> TokenResponse
    {
        try await answer(
            account, session: grant.signIn.id, clientID: grant.signIn.clientID, refresh: grant.token,
            refreshExpiresAt: grant.signIn.expiresAt, scope: grant.scope, authentication: authentication)
    }

    /// - Parameter authentication: asks for an ID token, if the scope does as well.
    func answer(
        _ account: Account, session: UUID, clientID: String, refresh: OpaqueToken, refreshExpiresAt: Date,
        scope: String, authentication: Authentication? = nil
    ) async throws -> TokenResponse {
        let access = try await tokens.issue(to: account, session: session, clientID: clientID, scope: scope)
        var idToken: Secret<String>?
        if let authentication, scope.split(separator: " ").contains("openid") {
            idToken = try await tokens.issueIDToken(
                to: account, with: access, session: session, clientID: clientID, scope: scope,
                authentication: authentication)
        }
        return TokenResponse(
            access: access, refreshToken: refresh,
            refreshExpiresIn: Int(refreshExpiresAt.timeIntervalSince(time.now()).rounded()), scope: scope,
            sessionState: session, idToken: idToken)
    }
}

/// A sign-in that is being made, with its first token.
struct NewGrant: Sendable {
    let signIn: SignInRecord
    let token: OpaqueToken
    let scope: String
    private let origin = RequestOrigin.current

    init(signIn: SignInRecord, token: OpaqueToken, scope: String) {
        self.signIn = signIn
        self.token = token
        self.scope = scope
    }

    func insert(_ tx: borrowing WriteTransaction) throws {
        try signIn.insert(from: origin, tx)
        _ = try tx.run(
            .insertRefreshToken(
                sha256: token.digest.bytes, family: signIn.id, user: signIn.userID, clientID: signIn.clientID,
                scope: scope, isReusable: token.kind == .offline, at: signIn.createdAt, expiresAt: signIn.expiresAt))
    }
}

extension SignInRecord {
    /// Adds the sign-in, and notes it in the audit with those that end because a user has at most `SignIns.maxLive`.
    func insert(cookieSHA256: [UInt8]? = nil, from origin: RequestOrigin?, _ tx: borrowing WriteTransaction) throws {
        let ended = try tx.run(.insertSignIn(self, cookieSHA256: cookieSHA256, limit: SignIns.maxLive))
        _ = try tx.run(.noteSignIn(self, from: origin))
        for old in ended {
            _ = try tx.run(.noteSignInEnd(old, of: userID, by: id, because: "too_many_sign_ins", from: origin))
        }
    }
}

extension Query {
    /// The audit's row of a sign-in that was made.
    fileprivate static func noteSignIn(_ signIn: SignInRecord, from origin: RequestOrigin?) -> Query<Int>
    where Result == Int {
        .insertAuditEvent(
            .signInCreate,
            on: AuditSubject(
                .signIn, signIn.id.text, detail: ["kind": signIn.kind.rawValue, "client_id": signIn.clientID]),
            by: .user(signIn.userID, session: signIn.id), from: origin)
    }

    /// The audit's row of a sign-in that was ended by what is not its user's wish alone.
    /// - Parameter session: the sign-in that ended it; `nil` for itself.
    static func noteSignInEnd(
        _ id: UUID, of user: UserID, by session: UUID? = nil, because reason: String, from origin: RequestOrigin?
    ) -> Query<Int> where Result == Int {
        .insertAuditEvent(
            .signInEnd, on: AuditSubject(.signIn, id.text, detail: ["reason": reason]),
            by: .user(user, session: session ?? id), from: origin)
    }
}
