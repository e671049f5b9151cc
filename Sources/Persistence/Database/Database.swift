package import Domain
package import Logging

/// The way to PostgreSQL. Short statements of many tasks share a few pipelined connections (`run`); work that must look
/// at results leases a connection for a transaction (`read`, `write`). Either runs as a principal, whose rows are the
/// only ones that row-level security shows, or as the system, for a stated reason.
package final class Database: Sendable {
    let settings: DatabaseSettings
    let logger: Logger
    let random: any RandomSource
    let clock: any Clock<Duration>
    let counters = DatabaseCounters()
    let reactor: Reactor
    let pool: LeasePool

    /// Nothing is opened before `run`.
    /// - Parameters:
    ///   - random: spreads the pauses between attempts.
    ///   - clock: what pauses and wait limits of leases are measured with.
    package init(
        _ settings: DatabaseSettings, logger: Logger, random: any RandomSource = SystemRandom(),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.settings = settings
        self.logger = logger
        self.random = random
        self.clock = clock
        reactor = Reactor(settings, counters: counters)
        pool = LeasePool(settings, counters: counters, clock: clock)
    }

    /// Owns the connections: opens them, reconnects with backoff, and when the task is cancelled lets what is under way
    /// finish and closes them. Call it once; before it runs and after it ended every call is `.unavailable`.
    /// - Throws: `DatabaseError(.unavailable)` when the system gives no thread or descriptor.
    package func run() async throws {
        let workers = try (1...max(1, settings.leasedConnections)).map { _ in try LeasedWorker() }
        try reactor.start()
        pool.open()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<settings.pipelinedConnections { group.addTask { await self.superviseChannel() } }
            for worker in workers { group.addTask { await self.supervise(worker) } }
        }
        await pool.drain()
        await reactor.drain()
        for worker in workers { await worker.stop() }
    }

    /// Returns when statements and transactions can be served.
    /// - Throws: `.unavailable` after the limit, `.cancelled`.
    package func waitUntilReady(within limit: Duration) async throws(DatabaseError) {
        let end = ContinuousClock.now + limit
        while !isReady {
            guard ContinuousClock.now < end else { throw DatabaseError(.unavailable, message: "not ready in time") }
            do { try await clock.sleep(for: .milliseconds(2)) } catch { throw DatabaseError(.cancelled) }
        }
    }

    /// Whether both kinds of connections are up.
    package var isReady: Bool { counters.pipelinedConnections.value > 0 && pool.counts.connected > 0 }

    /// What is going on now.
    package var statistics: DatabaseStatistics {
        var all = DatabaseStatistics()
        let leases = pool.counts
        all.pipelinedConnections = counters.pipelinedConnections.value
        all.leasedConnections = leases.connected
        all.leasesInUse = leases.inUse
        all.leasesWaiting = leases.waiting
        all.batchesInFlight = counters.batchesInFlight.value
        all.batchesWaiting = counters.batchesWaiting.value
        all.statements = counters.statements.value
        all.reconnects = counters.reconnects.value
        all.retries = counters.retries.value
        all.saturations = counters.saturations.value
        return all
    }
}
