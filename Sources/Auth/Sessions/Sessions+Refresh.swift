import Domain
import FoundationEssentials
import Persistence

extension Sessions {
    /// What a refresh found out inside its transaction.
    private struct Refreshed: Sendable {
        let record: RefreshTokenRecord
        let user: User
        /// The token that works from now on, and how long.
        let token: OpaqueToken
        let expiresAt: Date
    }

    /// Gives a new access token. A refresh token is replaced; an offline token stays what it is.
    func refresh(_ token: OpaqueToken, request: TokenRequest) async throws -> TokenResponse {
        let next = OpaqueToken(.refresh, random: random)
        let now = time.now()
        let origin = RequestOrigin.current
        let refreshed = try await system.write { tx -> Refreshed? in
            guard let record = try tx.run(.refreshToken(sha256: token.digest.bytes)),
                record.clientID == request.clientID, record.isReusable == (token.kind == .offline),
                let user = try tx.run(.userForSession(record.userID)), user.active
            else { return nil }
            _ = try tx.run(.lockSignIn(record.familyID, of: user.id))
            if record.consumedAt == nil {
                // Before the token is used up: a request that is refused must not cost the client its sign-in.
                _ = try Self.narrowed(record.scope ?? request.scope, to: request.askedScope)
            }
            return record.isReusable
                ? try Self.reuse(token, record, user, at: now, tx)
                : try rotate(token, into: next, record, user, from: origin, at: now, tx)
        }
        guard let refreshed else { throw TokenError.badRefreshToken }
        let granted = refreshed.record.scope ?? request.scope
        return try await answer(
            Account(refreshed.user), session: refreshed.record.familyID, clientID: request.clientID,
            refresh: refreshed.token, refreshExpiresAt: refreshed.expiresAt,
            scope: try Self.narrowed(granted, to: request.askedScope))
    }

    private func rotate(
        _ token: OpaqueToken, into next: OpaqueToken, _ record: RefreshTokenRecord, _ user: User,
        from origin: RequestOrigin?, at now: Date, _ tx: borrowing WriteTransaction
    ) throws -> Refreshed? {
        guard try tx.run(.consumeRefreshToken(sha256: token.digest.bytes, at: now)) == 1 else {
            // A token that was used before is in two hands (RFC 9700, section 4.14.2): end the whole sign-in.
            if record.consumedAt != nil {
                try end(record.familyID, of: user.id, because: "refresh_token_reused", from: origin, at: now, tx)
            }
            return nil
        }
        let expiresAt = now + TimeInterval(Self.refreshLifeSeconds)
        _ = try tx.run(
            .insertRefreshToken(
                sha256: next.digest.bytes, family: record.familyID, user: user.id, clientID: record.clientID,
                scope: record.scope, at: now, expiresAt: expiresAt))
        _ = try tx.run(.touchSignIn(record.familyID, at: now, expiresAt: expiresAt))
        return Refreshed(record: record, user: user, token: next, expiresAt: expiresAt)
    }

    private static func reuse(
        _ token: OpaqueToken, _ record: RefreshTokenRecord, _ user: User, at now: Date, _ tx: borrowing WriteTransaction
    ) throws -> Refreshed? {
        guard record.revokedAt == nil, record.expiresAt > now, try !tx.run(.isRevoked(signIn: record.familyID)) else {
            return nil
        }
        _ = try tx.run(.touchSignIn(record.familyID, at: now, expiresAt: record.expiresAt))
        return Refreshed(record: record, user: user, token: token, expiresAt: record.expiresAt)
    }

    /// A client may ask for less than it was given, never for more (RFC 6749, section 6).
    private static func narrowed(_ granted: String, to asked: String?) throws -> String {
        guard let asked else { return granted }
        let all = Set(granted.split(separator: " "))
        guard asked.split(separator: " ").allSatisfy(all.contains) else {
            throw TokenError(.invalidScope, "The scope is wider than what was granted.")
        }
        return asked
    }
}
