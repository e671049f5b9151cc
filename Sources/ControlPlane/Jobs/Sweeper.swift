import Domain
import FoundationEssentials
import Logging
import Persistence
import ServiceLifecycle

/// Deletes what has served its time: idempotency keys after a day, refresh tokens, account links and API tokens a day
/// after they expired or were revoked, wrong passwords a day after the last, and rows of the audit when they are as old as
/// the settings say. Every replica sweeps; a row that another one deleted first is simply gone.
package struct Sweeper: Service {
    let database: Database
    /// 0 keeps the audit for ever.
    let auditDays: Int
    let time: any TimeSource
    let clock: any Clock<Duration>
    let logger: Logger

    private static let interval = Duration.seconds(600)
    private static let keptSeconds: TimeInterval = 24 * 3600
    /// Rows of one statement, so that none holds locks for long.
    private static let batch = 1000
    /// Of wrong passwords no more than this many rows are kept. Between two sweeps a replica adds at most 30,000: each
    /// costs it a hash.
    private static let keptFailures = 100_000
    /// Each statement leaves a row of its own in the audit.
    private static let auditBatch = 10_000

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
        let hourAgo = time.now() - 3600
        while try await system.run(.purgeDeviceCodes(before: hourAgo, limit: Self.batch)) == Self.batch {}
        while try await system.run(.purgeAuthorizationCodes(before: hourAgo, limit: Self.batch)) == Self.batch {}
        while try await system.run(.purgeUserCodeFailures(before: hourAgo, limit: Self.batch)) == Self.batch {}
        while try await system.run(.purgeSignIns(before: before, limit: Self.batch)) == Self.batch {}
        while try await system.run(.purgeAccountLinks(before: before, limit: Self.batch)) == Self.batch {}
        while try await system.run(.purgeExternalAttempts(before: hourAgo, limit: Self.batch)) == Self.batch {}
        while try await system.run(.purgeAPITokens(before: before, limit: Self.batch)) == Self.batch {}
        while try await system.run(.purgeLoginFailures(before: before, limit: Self.batch)) == Self.batch {}
        while try await system.run(.trimLoginFailures(kept: Self.keptFailures, limit: Self.batch)) == Self.batch {}
        guard auditDays > 0 else { return }
        while try await system.run(.purgeAudit(olderThan: auditDays, batch: Self.auditBatch)) == Self.auditBatch {}
    }
}
