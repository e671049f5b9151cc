package import Domain
package import FoundationEssentials
package import Persistence

/// Revocation (RFC 7009) of access, refresh and offline tokens, and introspection (RFC 7662) of these and of tokens of
/// programs.
package struct TokenInspection: Sendable {
    private let database: Database
    private let tokens: AccessTokens
    private let authenticator: Authenticator
    private let time: any TimeSource

    package init(database: Database, tokens: AccessTokens, authenticator: Authenticator, time: any TimeSource) {
        self.database = database
        self.tokens = tokens
        self.authenticator = authenticator
        self.time = time
    }

    private var system: SystemDatabase { database.system(because: "who holds a token may end it") }

    /// Ends the sign-in that a token belongs to, with all its tokens. What is no token of this client is none of its
    /// business, and nothing is said about it (RFC 7009, section 2.2).
    /// - Throws: `TokenError` for a request that is not one; `DatabaseError`.
    package func revoke(formBody: some Collection<UInt8>) async throws {
        let fields = try FormFields(formBody)
        let client = try TokenRequest.client(fields)
        guard let text = fields["token"] else { throw TokenError(.invalidRequest, "The field token is missing.") }
        if let token = Self.refreshToken(text) {
            guard let record = try await system.run(.refreshToken(sha256: token.digest.bytes)),
                record.clientID == client
            else { return }
            try await end(record.familyID, of: record.userID)
        } else if let claims = try? await tokens.verify(text), claims.clientID == client {
            try await end(claims.sessionID, of: claims.userID)
        }
    }

    private func end(_ family: UUID, of user: UserID) async throws {
        let now = time.now()
        let origin = RequestOrigin.current
        try await system.write { tx in
            _ = try tx.run(.lockUser(user))
            _ = try tx.run(.lockSignIn(family, of: user))
            let ended = try tx.run(.revokeSignIn(family, of: user, at: now))
            let tokens = try tx.run(.revokeRefreshTokens(family: family, at: now))
            guard ended + tokens > 0 else { return }
            _ = try tx.run(.noteSignInEnd(family, of: user, because: "token_revoked", from: origin))
        }
        authenticator.invalidate(user)
    }

    /// Says what a token is worth, to its own user or to an administrator; to everybody else it is inactive.
    /// - Throws: `TokenError` for a request that is not one; `DatabaseError`.
    package func introspect(formBody: some Collection<UInt8>, as caller: Principal) async throws -> Introspection {
        let fields = try FormFields(formBody)
        guard let text = fields["token"] else { throw TokenError(.invalidRequest, "The field token is missing.") }
        let found =
            if let token = Self.refreshToken(text) {
                try await introspect(token)
            } else if let secret = OpaqueToken(text, kind: .apiToken) {
                try await introspect(apiToken: secret)
            } else {
                await introspect(accessToken: text)
            }
        guard let found, found.subject == caller.userID || caller.isAdmin else { return .inactive }
        return .active(found)
    }

    private func introspect(accessToken text: String) async -> Introspection.Facts? {
        guard let claims = try? await tokens.verify(text), (try? await authenticator.principal(bearer: text)) != nil
        else { return nil }
        return Introspection.Facts(
            subject: claims.userID, email: claims.email, clientID: claims.clientID, scope: claims.scope,
            session: claims.sessionID, type: "Bearer", issuer: tokens.settings.issuer, issuedAt: claims.issuedAt,
            expiresAt: claims.expiresAt)
    }

    /// The scope is what the token may do, `read` or `write`. It belongs to no client of ours.
    private func introspect(apiToken secret: OpaqueToken) async throws -> Introspection.Facts? {
        guard let (token, account, _) = try await authenticator.live(secret, isUse: false) else { return nil }
        return Introspection.Facts(
            subject: account.userID, email: account.email.rawValue, clientID: nil, scope: token.access.rawValue,
            session: token.id.rawValue, type: "Bearer", issuer: tokens.settings.issuer, issuedAt: token.createdAt,
            expiresAt: token.expiresAt, workspaces: token.workspaces)
    }

    private func introspect(_ token: OpaqueToken) async throws -> Introspection.Facts? {
        let now = time.now()
        return try await system.read { [issuer = tokens.settings.issuer] tx in
            guard let record = try tx.run(.refreshToken(sha256: token.digest.bytes)), record.consumedAt == nil,
                record.revokedAt == nil, record.expiresAt > now, try !tx.run(.isRevoked(signIn: record.familyID)),
                let user = try tx.run(.user(record.userID)), user.active
            else { return nil }
            return Introspection.Facts(
                subject: user.id, email: user.email.rawValue, clientID: record.clientID, scope: record.scope ?? "",
                session: record.familyID, type: record.isReusable ? "Offline" : "Refresh", issuer: issuer,
                issuedAt: nil, expiresAt: record.expiresAt)
        }
    }

    private static func refreshToken(_ text: String) -> OpaqueToken? {
        OpaqueToken(text, kind: .refresh) ?? OpaqueToken(text, kind: .offline)
    }
}

/// The answer of the introspection endpoint (RFC 7662, section 2.2).
package enum Introspection: Sendable {
    case inactive
    case active(Facts)

    /// What is known of an active token.
    package struct Facts: Sendable {
        package let subject: UserID
        package let email: String
        /// `nil` for a token of a program.
        package let clientID: String?
        package let scope: String
        /// The sign-in, or the token of a program.
        package let session: UUID
        /// `Bearer`, `Refresh` or `Offline`.
        package let type: String
        package let issuer: String
        package let issuedAt: Date?
        /// `nil` for one that does not expire.
        package let expiresAt: Date?
        /// What a token of a program is limited to; `nil` for everything that its user reaches.
        package var workspaces: [WorkspaceID]?
    }
}
