import Domain
import FoundationEssentials

extension Authenticator {
    /// How every API token begins, and no other token that is sent as a bearer.
    static let apiTokenPrefix = "\(OpaqueToken.Kind.apiToken.rawValue)_"

    /// Authenticates a request that carries a person's or a service account's token. Such a principal never
    /// administers the instance.
    /// - Throws: `Refusal.unauthenticated`; what the lookups throw.
    func principal(apiToken text: String) async throws -> Principal {
        let now = time.now()
        guard let secret = OpaqueToken(text, kind: .apiToken),
            let (token, isFresh) = try await apiTokens.token(secret, at: now),
            token.expiresAt.map({ now < $0 }) ?? true,
            let account = try await account(token.userID), account.isActive
        else { throw Self.refused }
        if isFresh { await apiTokens.noteUse(of: token, at: now) }
        return Principal(
            userID: account.userID, email: account.email, isAdmin: false, sessionID: token.id.rawValue,
            kind: account.kind, token: token.limits)
    }
}
