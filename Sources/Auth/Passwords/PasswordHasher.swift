package import Domain
import NIOPosix
import Synchronization

/// Hashes and checks passwords on threads of its own, because one hash takes about 80 ms and 32 MiB: no cooperative
/// thread blocks, and memory stays below `threads` · 32 MiB.
package final class PasswordHasher: Sendable {
    private let parameters: PasswordHash.Parameters
    private let random: any RandomSource
    private let pool: NIOThreadPool
    private let limit: Int
    private let inFlight = Mutex(0)

    /// - Parameters:
    ///   - parameters: the cost of new hashes; stored ones keep their own.
    ///   - threads: how many hashes run at once.
    ///   - maxWaiting: how many may wait for a thread before callers are refused.
    package init(
        parameters: PasswordHash.Parameters = .standard, random: any RandomSource = SystemRandom(), threads: Int = 2,
        maxWaiting: Int = 16
    ) {
        self.parameters = parameters
        self.random = random
        self.limit = threads + maxWaiting
        self.pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
    }

    deinit { pool.shutdownGracefully { _ in } }

    /// The string to store for a new password.
    /// - Throws: `Refusal.unavailable` when too many callers wait; `CancellationError`.
    package func hash(_ password: Password) async throws -> String {
        let salt = random.bytes(PasswordHash.saltBytes)
        return try await compute(password.text, salt: salt, parameters: parameters).encoded
    }

    /// Whether the password is the one that was stored. For an unknown user pass `nil`: the answer is false and takes
    /// as long as for a known one.
    /// - Throws: `Refusal.unavailable` when too many callers wait; `AuthError` (`passwordHashFormat`) when the stored
    ///   string is not one of ours; `CancellationError`.
    package func verify(_ password: Secret<String>, against stored: String?) async throws -> Bool {
        guard Password.isHashable(password.reveal()) else { return false }
        guard let stored else {
            _ = try await compute(password, salt: random.bytes(PasswordHash.saltBytes), parameters: parameters)
            return false
        }
        guard let expected = PasswordHash(stored) else { throw AuthError(.passwordHashFormat) }
        let actual = try await compute(password, salt: expected.salt, parameters: expected.parameters)
        return actual.matches(expected)
    }

    /// Whether a stored string was made with other parameters than new ones get; hash again at the next login.
    package func needsRehash(_ stored: String) -> Bool { PasswordHash(stored)?.parameters != parameters }

    private func compute(
        _ password: Secret<String>, salt: [UInt8], parameters: PasswordHash.Parameters
    ) async throws -> PasswordHash {
        let admitted = inFlight.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
        guard admitted else {
            throw Refusal.unavailable("too many logins are being checked", retryAfterSeconds: 1)
        }
        defer { inFlight.withLock { $0 -= 1 } }
        return try await pool.runIfActive {
            try PasswordHash.compute(password.reveal(), salt: salt, parameters: parameters)
        }
    }
}
