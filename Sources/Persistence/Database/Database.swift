package import Domain
package import Logging

/// The way to PostgreSQL. Short statements of many tasks share a few pipelined connections (`run`); work that must look
/// at results leases a connection for a transaction (`read`, `write`). Either runs as a principal, whose rows are the
/// only ones that row-level security shows, or as the system, for a stated reason.
package final class Database: Sendable {
    package init(
        _ settings: DatabaseSettings, logger: Logger, random: any RandomSource = SystemRandom(),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
    }

    /// Owns the connections: opens them, reconnects with backoff, and when the task is cancelled lets what is under way
    /// finish and closes them. Call it once; before it runs and after it ended every call is `.unavailable`.
    package func run() async throws {
    }

    /// Returns when statements and transactions can be served.
    /// - Throws: `.unavailable` after the limit, `.cancelled`.
    package func waitUntilReady(within limit: Duration) async throws(DatabaseError) {
    }

    /// What is going on now.
    package var statistics: DatabaseStatistics { DatabaseStatistics() }

    /// One round trip on a pipelined connection: the queries run in order as one implicit transaction that sees the
    /// rows of the principal; an error undoes all of them.
    package func run<each R: Sendable>(
        _ query: repeat Query<each R>, as scope: some TenantScope
    ) async throws(DatabaseError) -> (repeat each R) {
        throw DatabaseError(.unavailable)
    }

    /// A read-only transaction on a leased connection, which sees one snapshot. The closure is synchronous and runs on
    /// the connection's own thread, so no network call can hide in it; it may run again after a lost connection.
    /// - Throws: `DatabaseError`, `CancellationError` (the statement is cancelled on the server), what the body throws.
    package func read<R: Sendable>(
        as scope: some TenantScope, _ body: @escaping @Sendable (borrowing ReadTransaction) throws -> R
    ) async throws -> R {
        throw DatabaseError(.unavailable)
    }

    /// A read-write transaction on a leased connection; committed when the body returns, undone when it throws. Runs
    /// again, at most 3 times, after a serialization failure or a deadlock.
    /// - Throws: `DatabaseError`, `CancellationError` (the statement is cancelled on the server), what the body throws.
    package func write<R: Sendable>(
        as scope: some TenantScope, _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> R
    ) async throws -> R {
        throw DatabaseError(.unavailable)
    }
}
