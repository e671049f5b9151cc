package import Domain

extension Database {
    /// A read-only transaction on a leased connection, which sees one snapshot. The closure is synchronous and runs on
    /// the connection's own thread, so no network call can hide in it; it may run again after a lost connection.
    /// - Throws: `DatabaseError`, `CancellationError` (the statement is cancelled on the server), what the body throws.
    package func read<R: Sendable>(
        as scope: some TenantScope, _ body: @escaping @Sendable (borrowing ReadTransaction) throws -> R
    ) async throws -> R {
        try await read(scope: SessionScope(scope), body)
    }

    /// A read-write transaction on a leased connection; committed when the body returns, undone when it throws. Runs
    /// again, at most 3 times, after a serialization failure or a deadlock.
    /// - Throws: `DatabaseError`, `CancellationError` (the statement is cancelled on the server), what the body throws.
    package func write<R: Sendable>(
        as scope: some TenantScope, _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> R
    ) async throws -> R {
        try await write(scope: SessionScope(scope), body)
    }

    func read<R: Sendable>(
        scope: SessionScope, _ body: @escaping @Sendable (borrowing ReadTransaction) throws -> R
    ) async throws -> R {
        try await transaction(.read, scope: scope) { try body(ReadTransaction($0)) }
    }

    func write<R: Sendable>(
        scope: SessionScope, _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> R
    ) async throws -> R {
        try await transaction(.write, scope: scope) { try body(WriteTransaction($0)) }
    }

    private func transaction<R: Sendable>(
        _ kind: TransactionKind, scope: SessionScope, _ body: @escaping @Sendable (LeasedSession) throws -> R
    ) async throws -> R {
        let tally = DatabaseTally.current
        var budget = RetryBudget(kind, connections: settings.leasedConnections)
        var backoff = Backoff(first: .milliseconds(10), limit: .milliseconds(200), random: random)
        while true {
            let start = ContinuousClock.now
            let worker = try await acquire()
            tally?.add(statements: 0, since: start)
            let (outcome, isUp) = await worker.transaction(
                kind, lease: pool.nextLease(), as: scope, tally: tally, body)
            pool.release(worker, isUp: isUp)
            switch outcome {
            case .done(let value): return value
            case .failed(let error): throw error
            case .again(let error, let reason):
                guard budget.take(reason) else { throw error }
                counters.retries.add(1)
                if reason == .serialization { try await clock.sleep(for: backoff.next()) }
            }
        }
    }

    private func acquire() async throws -> LeasedWorker {
        do throws(DatabaseError) {
            return try await pool.acquire()
        } catch {
            if error.code == .cancelled { throw CancellationError() }
            throw error
        }
    }
}

/// How often a transaction may be tried again, by reason.
private struct RetryBudget {
    private var serializations: Int
    private var stalePlans = 1
    /// Each connection of the pool may turn out to be dead, as after a restart of the server.
    private var deadConnections: Int

    init(_ kind: TransactionKind, connections: Int) {
        serializations = kind == .write ? 3 : 0
        deadConnections = connections
    }

    mutating func take(_ reason: RetryReason) -> Bool {
        switch reason {
        case .serialization:
            serializations -= 1
            return serializations >= 0
        case .stalePlan:
            stalePlans -= 1
            return stalePlans >= 0
        case .notBegun:
            deadConnections -= 1
            return deadConnections >= 0
        }
    }
}
