package import Domain
import FoundationEssentials
package import Persistence

/// Finds the tokens that programs send, by the hash of their secret, and remembers them for at most five seconds: a
/// revocation is told as changes of users are.
package struct APITokenLookup: Sendable {
    /// How exactly the last use of a token is kept, so that most uses write nothing.
    static let useSeconds: TimeInterval = 600

    private let find: @Sendable (Digest) async throws -> APIToken?
    private let touch: @Sendable (APITokenID) async throws -> Void
    let cache = ShortLivedCache<Digest, APIToken>(
        lifeSeconds: TimeInterval(Authenticator.accountLifeSeconds), capacity: 10_000)

    /// - Parameters:
    ///   - find: the token of a secret's hash that was not revoked.
    ///   - touch: notes that it was used just now.
    package init(
        find: @escaping @Sendable (Digest) async throws -> APIToken?,
        touch: @escaping @Sendable (APITokenID) async throws -> Void
    ) {
        self.find = find
        self.touch = touch
    }

    /// Looks tokens up in the database.
    package init(database: Database, time: any TimeSource) {
        let system = database.system(because: "a token says who it is")
        self.init(
            find: { try await system.run(.apiToken($0)) },
            touch: {
                let now = time.now()
                _ = try await system.run(.touchAPIToken($0, at: now, since: now - Self.useSeconds))
            })
    }

    /// Where there are no such tokens.
    package static var none: APITokenLookup { APITokenLookup(find: { _ in nil }, touch: { _ in }) }

    /// The token of a secret, also an expired one, and whether that was read just now. What is not found is not
    /// remembered, so that made-up secrets push nothing out.
    /// - Parameter isUse: whether it is to be remembered: the first use after a reading is the one that is noted.
    func token(_ secret: OpaqueToken, at now: Date, isUse: Bool) async throws -> (token: APIToken, isFresh: Bool)? {
        let digest = secret.digest
        if case .some(.some(let known)) = cache.value(digest, at: now) { return (known, false) }
        let generation = cache.generation
        guard let token = try await find(digest) else { return nil }
        if isUse { cache.store(token, for: digest, at: now, generation: generation) }
        return (token, true)
    }

    /// Notes a use if the last one that was noted is long ago. A use that can't be noted is one all the same.
    func noteUse(of token: APIToken, at now: Date) async {
        guard now >= (token.lastUsedAt ?? .distantPast) + Self.useSeconds else { return }
        try? await touch(token.id)
    }
}
