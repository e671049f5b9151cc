package import Domain
import FoundationEssentials
package import Persistence

/// Signing in and staying signed in: the grants of the token endpoint (RFC 6749; sdk-wire.md, section 1.2).
package struct Sessions: Sendable {
    /// A refresh token's life; each use gives a new one.
    package static let refreshLifeSeconds = 30 * 24 * 3600

    private let database: Database
    private let passwords: PasswordSignIn
    private let tokens: AccessTokens
    private let time: any TimeSource
    private let random: any RandomSource

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

    private var system: SystemDatabase { database.system(because: "nobody is signed in at the token endpoint") }

    /// Answers a token request.
    /// - Parameter address: the client's, when it is known; wrong passwords count for it.
    /// - Throws: `TokenError` (`invalid_grant`) for anything wrong with the credentials; `DatabaseError`; `Refusal`.
    package func token(for request: TokenRequest, from address: String? = nil) async throws -> TokenResponse {
        switch request.grant {
        case .password(let username, let password):
            let account = try await passwords.signIn(username: username, password: password, from: address)
            return try await open(account, request: request)
        case .refreshToken(let token):
            return try await refresh(token, request: request)
        }
    }

    private func open(_ account: Account, request: TokenRequest) async throws -> TokenResponse {
        let session = random.uuid()
        let refresh = OpaqueToken(.refresh, random: random)
        let now = time.now()
        try await system.write { tx in
            // A deactivation or a new password since the password was checked must not leave a session behind.
            guard let user = try tx.run(.userForSession(account.userID)), user.active,
                user.tokensNotBefore == account.tokensNotBefore
            else { throw TokenError.badCredentials }
            _ = try tx.run(
                .insertRefreshToken(refresh, family: session, user: account.userID, clientID: request.clientID, at: now)
            )
        }
        return try await answer(account, session: session, refresh: refresh, request: request)
    }

    private func refresh(_ token: OpaqueToken, request: TokenRequest) async throws -> TokenResponse {
        let next = OpaqueToken(.refresh, random: random)
        let now = time.now()
        let rotated = try await system.write { tx -> (RefreshTokenRecord, User)? in
            guard let record = try tx.run(.refreshToken(sha256: token.digest.bytes)),
                record.clientID == request.clientID,
                let user = try tx.run(.userForSession(record.userID)), user.active
            else { return nil }
            guard try tx.run(.consumeRefreshToken(sha256: token.digest.bytes, at: now)) == 1 else {
                // A token that was used before is in two hands (RFC 9700, section 4.14.2): end the whole sign-in.
                if record.consumedAt != nil { _ = try tx.run(.revokeRefreshTokens(family: record.familyID, at: now)) }
                return nil
            }
            _ = try tx.run(
                .insertRefreshToken(next, family: record.familyID, user: user.id, clientID: record.clientID, at: now))
            return (record, user)
        }
        guard let (record, user) = rotated else { throw TokenError.badRefreshToken }
        return try await answer(Account(user), session: record.familyID, refresh: next, request: request)
    }

    private func answer(_ account: Account, session: UUID, refresh: OpaqueToken, request: TokenRequest) async throws
        -> TokenResponse
    {
        let access = try await tokens.issue(
            to: account, session: session, clientID: request.clientID, scope: request.scope)
        return TokenResponse(
            access: access, refreshToken: refresh, refreshExpiresIn: Self.refreshLifeSeconds, scope: request.scope,
            sessionState: session)
    }
}

extension Query<Int> {
    fileprivate static func insertRefreshToken(
        _ token: OpaqueToken, family: UUID, user: UserID, clientID: String, at now: Date
    ) -> Query<Int> {
        .insertRefreshToken(
            sha256: token.digest.bytes, family: family, user: user, clientID: clientID, at: now,
            expiresAt: now + TimeInterval(Sessions.refreshLifeSeconds))
    }
}
