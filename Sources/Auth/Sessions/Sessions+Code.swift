import Domain
import FoundationEssentials
import Persistence

extension Sessions {
    /// Exchanges an authorization code (RFC 6749, section 4.1.3; RFC 7636, section 4.6). Whatever is wrong, the code is
    /// used up by the first attempt; a second one ends what the first one got (RFC 9700, section 2.1.1).
    func redeem(
        _ code: OpaqueToken, redirectURI: String, verifier: String, request: TokenRequest, from origin: SignInOrigin
    ) async throws -> TokenResponse {
        let now = time.now()
        let sha256 = code.digest.bytes
        let requestOrigin = RequestOrigin.current
        let outcome = try await system.write { tx -> (Redeemed, AuthorizationCodeRecord, Date)? in
            guard let record = try tx.run(.lockAuthorizationCode(sha256: sha256)),
                let session = try tx.run(.signIn(record.signInID))
            else { return nil }
            guard record.consumedAt == nil else {
                if let issued = record.issuedSignInID {
                    try end(issued, of: session.userID, because: "code_reused", from: requestOrigin, at: now, tx)
                }
                return nil
            }
            let isRight =
                record.clientID == request.clientID && record.redirectURI == redirectURI && record.expiresAt > now
                && PKCE.matches(verifier: verifier, challenge: record.challenge)
            // In this order, which is that of whatever ends all sign-ins of a user. A sign-out waits for this transaction,
            // and then ends what it made.
            guard isRight, let user = try tx.run(.userForSession(session.userID)), user.active,
                try Self.isLive(session.id, tx)
            else {
                _ = try tx.run(.consumeAuthorizationCode(sha256: sha256, for: nil, at: now))
                return nil
            }
            let grant = newGrant(
                .code, of: user.id, parent: session.id, client: record.clientID, scope: record.scope, from: origin)
            try grant.insert(tx)
            _ = try tx.run(.consumeAuthorizationCode(sha256: sha256, for: grant.signIn.id, at: now))
            return (Redeemed(user: user, grant: grant), record, session.provedAt)
        }
        guard let (redeemed, record, signedInAt) = outcome else { throw TokenError.badAuthorizationCode }
        return try await answer(
            Account(redeemed.user), redeemed.grant,
            authentication: Authentication(time: signedInAt, nonce: record.nonce))
    }

    /// Whether a sign-in is there and has not been ended. It can't be ended until the transaction does; call it after
    /// the user is locked.
    static func isLive(_ signIn: UUID, _ tx: borrowing WriteTransaction) throws -> Bool {
        guard try tx.run(.signInForGrant(signIn)) != nil else { return false }
        return try !tx.run(.isRevoked(signIn: signIn))
    }
}
