import Domain
import FoundationEssentials
import Synchronization

extension AccessTokens {
    /// Where the instance's keys are read, and when that was done last.
    struct KeySource {
        var read: (@Sendable () async throws -> [SigningKey])?
        var askedAt: Date?
    }

    /// An unknown key is looked up at most once in so many seconds, whatever tokens strangers send.
    static let reloadPauseSeconds: TimeInterval = 3

    /// From now on a token of an unknown key has the keys read again, so that a key that another replica made is known
    /// when its first token arrives.
    package func readUnknownKeys(from source: @escaping @Sendable () async throws -> [SigningKey]) {
        keySource.withLock { $0.read = source }
    }

    /// The keys that a token with this header is to be checked with.
    func keys(for token: String) async throws(AuthError) -> Keys {
        let known = currentKeys
        do throws(AuthError) {
            try AccessTokenHeader.check(token, knownKeys: known.all)
            return known
        } catch {
            guard error.code == .tokenKey, await reload() else { throw error }
        }
        let now = currentKeys
        try AccessTokenHeader.check(token, knownKeys: now.all)
        return now
    }

    private func reload() async -> Bool {
        let now = time.now()
        let read = keySource.withLock { source -> (@Sendable () async throws -> [SigningKey])? in
            if let askedAt = source.askedAt, now >= askedAt, now < askedAt + Self.reloadPauseSeconds { return nil }
            source.askedAt = now
            return source.read
        }
        guard let read, let keys = try? await read() else { return false }
        return (try? await replaceKeys(keys)) != nil
    }
}
