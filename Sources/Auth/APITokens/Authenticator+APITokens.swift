import Domain
import FoundationEssentials

extension Authenticator {
    /// How every API token begins, and no other token that is sent as a bearer.
    static let apiTokenPrefix = "\(OpaqueToken.Kind.apiToken.rawValue)_"

    /// Authenticates a request that carries a person's or a service account's token. Such a principal never
    /// administers the instance.
    /// - Throws: `Refusal.unauthenticated`; what the lookups throw.
    func principal(apiToken text: String) async throws -> Principal {
        guard let secret = OpaqueToken(text, kind: .apiToken), let live = try await live(secret, isUse: true) else {
            throw Self.refused
        }
        if live.isFresh { await apiTokens.noteUse(of: live.token, at: time.now()) }
        return Principal(
            userID: live.account.userID, email: live.account.email, isAdmin: false,
            sessionID: live.token.id.rawValue, kind: live.account.kind, token: live.token.limits)
    }

    /// The token of a secret that works now, and as whom; `nil` for any other.
    /// - Throws: what the lookups throw.
    func live(_ secret: OpaqueToken, isUse: Bool) async throws -> (token: APIToken, account: Account, isFresh: Bool)? {
        let now = time.now()
        guard let (token, isFresh) = try await apiTokens.token(secret, at: now, isUse: isUse),
            token.expiresAt.map({ now < $0 }) ?? true,
            let account = try await account(token.userID), account.isActive
        else { return nil }
        return (token, account, isFresh)
    }
}
