package import Domain
import FoundationEssentials
package import Persistence

/// Signing in and staying signed in: the grants of the token endpoint (RFC 6749; sdk-wire.md, section 1.2).
package struct Sessions: Sendable {
    /// A refresh token's life; each use gives a new one.
    package static let refreshLifeSeconds = 30 * 24 * 3600

    private let database: Database
    private let hasher: PasswordHasher
    private let tokens: AccessTokens
    private let time: any TimeSource
    private let random: any RandomSource

    package init(
        database: Database, hasher: PasswordHasher, tokens: AccessTokens, time: any TimeSource, random: any RandomSource
    ) {
        self.database = database
        self.hasher = hasher
        self.tokens = tokens
        self.time = time
        self.random = random
    }

    private var system: SystemDatabase { database.system(because: "nobody is signed in at the token endpoint") }

    /// Answers a token request.
    /// - Throws: `TokenError` (`invalid_grant`) for anything wrong with the credentials; `DatabaseError`; `Refusal`.
    package func token(for request: TokenRequest) async throws -> TokenResponse {
        switch request.grant {
        case .password(let username, let password):
            let account = try await signIn(username: username, password: password)
            return try await open(account, request: request)
        case .refreshToken(let token):
            return try await refresh(token, request: request)
        }
    }

    private func signIn(username: String, password: Secret<String>) async throws -> Account {
        let credentials = try await system.run(.credentials(email: Email(unchecked: username)))
        // Verified for unknown users as well, so that the time of the answer tells nothing.
        let matches = try await hasher.verify(password, against: credentials?.passwordHash?.reveal())
        guard let credentials, matches, credentials.user.active else { throw TokenError.badCredentials }
        return Account(credentials.user)
    }

    private func open(_ account: Account, request: TokenRequest) async throws -> TokenResponse {
        let session = random.uuid()
        let refresh = OpaqueToken(.refresh, random: random)
        let now = time.now()
        _ = try await system.write { tx in
            try tx.run(
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
                let user = try tx.run(.user(record.userID)), user.active
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
