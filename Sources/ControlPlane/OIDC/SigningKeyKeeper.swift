import Auth
import Domain
import Logging
import ServiceLifecycle

/// Rotates the keys that sign access tokens when they are old, and lets this replica take up what others have made.
package struct SigningKeyKeeper: Service {
    let keys: InstanceKeys
    let tokens: AccessTokens
    let rotationDays: Int
    let clock: any Clock<Duration>
    let logger: Logger

    /// One statement, so that a rotation without notice is taken up soon as well.
    private static let interval = Duration.seconds(5)

    /// Tends the keys now and then until shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await tend() } catch { logger.warning("signing keys", metadata: ["error": "\(error)"]) }
                try? await clock.sleep(for: Self.interval)
            }
        }
    }

    func tend() async throws {
        if let id = try await keys.tendSigningKeys(rotationDays: rotationDays) {
            logger.notice("new signing key", metadata: ["key": "\(id)"])
        }
        try await tokens.replaceKeys(try await keys.signingKeys())
    }
}
