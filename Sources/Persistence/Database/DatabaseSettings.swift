package import Domain

/// How the server reaches PostgreSQL and how much of it it takes.
package struct DatabaseSettings: Sendable {
    /// A libpq connection string or URI. May hold a password.
    package var conninfo: Secret<String>
    /// The role every session takes at once; `nil` keeps the login role (for plain clusters, as in benchmarks).
    package var sessionRole: String? = "drover_server"
    /// `application_name`, as `pg_stat_activity` shows it.
    package var applicationName = "drover"
    /// Connections in pipeline mode, shared by all short statements.
    package var pipelinedConnections = 2
    /// Batches on their way on one pipelined connection; more wait.
    package var inFlightLimit = 256
    /// Batches that may wait for a place; more are refused as `.saturated`.
    package var queueLimit = 2048
    /// Connections for read and write transactions, a thread each.
    package var leasedConnections = 8
    /// Transactions that may wait for a connection; more are refused as `.saturated`.
    package var leaseQueueLimit = 64
    /// How long a transaction or a batch may wait for its turn.
    package var waitLimit: Duration = .seconds(5)
    /// `statement_timeout` of each session.
    package var statementTimeout: Duration = .seconds(30)
    /// `lock_timeout` of each session.
    package var lockTimeout: Duration = .seconds(10)
    /// `idle_in_transaction_session_timeout` of each session.
    package var idleInTransactionTimeout: Duration = .seconds(60)
    /// How long one attempt to connect may take; whole seconds, at least 2 (libpq's rule).
    package var connectTimeout: Duration = .seconds(5)
    /// Prepared statements kept per connection; the least recently used goes first.
    package var statementCacheSize = 256

    package init(conninfo: Secret<String>) { self.conninfo = conninfo }
}

/// A snapshot of what the database layer is doing, for `/metrics`.
package struct DatabaseStatistics: Sendable, Hashable {
    /// Pipelined connections that are up.
    package var pipelinedConnections = 0
    /// Leased connections that are up.
    package var leasedConnections = 0
    /// Leased connections that a transaction holds.
    package var leasesInUse = 0
    /// Transactions that wait for a connection.
    package var leasesWaiting = 0
    /// Batches sent and not yet answered.
    package var batchesInFlight = 0
    /// Batches that wait for a place on a connection.
    package var batchesWaiting = 0
    /// Statements sent since the start.
    package var statements = 0
    /// Connections opened again after a loss or a failed attempt, since the start.
    package var reconnects = 0
    /// Transactions tried again after 40001 or 40P01, and batches after a stale plan, since the start.
    package var retries = 0
    /// Calls refused as `.saturated`, since the start.
    package var saturations = 0

    package init() {}
}
