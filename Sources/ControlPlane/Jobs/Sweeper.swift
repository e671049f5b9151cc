import Domain
import FoundationEssentials
import Logging
import Persistence
import ServiceLifecycle

/// Deletes what has served its time: idempotency keys after a day, refresh tokens a day after they expired. Every
/// replica sweeps; a row that another one deleted first is simply gone.
package struct Sweeper: Service {
    let database: Database
    let time: any TimeSource
    let clock: any Clock<Duration>
    let logger: Logger

    private static let interval = Duration.seconds(600)
    private static let keptSeconds: TimeInterval = 24 * 3600
    /// Rows of one statement, so that none holds locks for long.
    private static let batch = 1000

    /// Sweeps now and then until shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await sweep() } catch { logger.warning("sweeper", metadata: ["error": "\(error)"]) }
                try? await clock.sleep(for: Self.interval)
            }
        }
    }

    /// Deletes everything that is due.
    func sweep() async throws {
        let system = database.system(because: "rows that have served their time, of all users")
        let before = time.now() - Self.keptSeconds
        while try await system.run(.purgeIdempotencyKeys(before: before, limit: Self.batch)) == Self.batch {}
        while try await system.run(.purgeRefreshTokens(before: before, limit: Self.batch)) == Self.batch {}
    }
}
