package import Domain
import FoundationEssentials

/// Turns a bearer token into a `Principal`: a verified token (remembered), then the user's current state (remembered
/// for at most five seconds). The common case touches neither the network nor the signature.
package struct Authenticator: Sendable {
    /// How long a deactivation may stay unnoticed when nobody calls `invalidate`: a connection that listens for changes
    /// and died without a word.
    package static let accountLifeSeconds = 5

    package let tokens: AccessTokens
    private let external: ExternalBearer?
    private let lookup: @Sendable (UserID) async throws -> Account?
    let time: any TimeSource
    let accounts: AccountCache
    let apiTokens: APITokenLookup

    /// - Parameters:
    ///   - external: takes access tokens of another provider.
    ///   - lookup: reads the user's state from the database; `nil` when there is no such user. What it throws is passed
    ///     on.
    package init(
        tokens: AccessTokens, time: any TimeSource = SystemTime(), accountCapacity: Int = 10_000,
        external: ExternalBearer? = nil, apiTokens: APITokenLookup = .none,
        lookup: @escaping @Sendable (UserID) async throws -> Account?
    ) {
        self.tokens = tokens
        self.time = time
        self.lookup = lookup
        self.external = external
        self.apiTokens = apiTokens
        self.accounts = AccountCache(lifeSeconds: TimeInterval(Self.accountLifeSeconds), capacity: accountCapacity)
    }

    /// Authenticates a request.
    /// - Parameter bearer: what follows `Bearer ` in the Authorization header.
    /// - Throws: `Refusal.unauthenticated`, with the same text for every reason; what `lookup` throws.
    package func principal(bearer: String) async throws -> Principal {
        if bearer.hasPrefix(Self.apiTokenPrefix) { return try await principal(apiToken: bearer) }
        let claims: VerifiedClaims
        if let known = tokens.cachedClaims(of: bearer) {
            claims = known
        } else if let verified = try await externalClaims(of: bearer) {
            claims = verified
        } else {
            guard let verified = try? await tokens.verify(bearer) else { throw Self.refused }
            claims = verified
        }
        // A service account never signs in, so an access token can't be its own.
        guard let account = try await account(claims.userID), account.isActive, account.kind == .person,
            claims.issuedAt.timeIntervalSince1970 >= account.firstSecond,
            !account.endedSignIns.contains(claims.sessionID)
        else { throw Self.refused }
        return Principal(
            userID: account.userID, email: account.email, isAdmin: account.isAdmin, sessionID: claims.sessionID)
    }

    /// To call when a user was changed, deactivated or removed: the next request reads the state anew.
    package func invalidate(_ userID: UserID) {
        accounts.invalidate(userID)
        external?.forget(userID)
        // What ends a person may have ended tokens that they made for service accounts.
        apiTokens.cache.invalidate { $0.userID == userID || $0.createdBy == userID }
    }

    /// To call when changes may have been missed.
    package func invalidateAll() {
        accounts.invalidateAll()
        apiTokens.cache.invalidateAll()
    }

    /// To call when changes can't be heard of: until `resume` every request reads the account from the database.
    package func suspend() {
        accounts.suspend(true)
        apiTokens.cache.suspend(true)
    }

    /// To call when every change from now on will be told by `invalidate`.
    package func resume() {
        accounts.suspend(false)
        apiTokens.cache.suspend(false)
    }

    /// `nil` for a token that is not of the other provider.
    /// - Throws: `Refusal`: unauthenticated, or unavailable when the provider's keys can't be had; `DatabaseError`.
    private func externalClaims(of bearer: String) async throws -> VerifiedClaims? {
        guard let external else { return nil }
        if let known = external.cachedClaims(of: bearer) { return known }
        do {
            return try await external.claims(of: bearer)
        } catch ExternalError.refused {
            throw Self.refused
        } catch let error as ExternalError {
            throw error.refusal
        }
    }

    func account(_ userID: UserID) async throws -> Account? {
        let asked = time.now()
        if let known = accounts.value(userID, at: asked) { return known }
        let generation = accounts.generation
        let account = try await lookup(userID)
        accounts.store(account, for: userID, at: asked, generation: generation)
        return account
    }

    static let refused = Refusal.unauthenticated("the access token is missing, expired or not valid")
}
