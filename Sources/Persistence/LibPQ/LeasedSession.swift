import CLibPQ

/// A connection whose calls block, for transactions that look at results.
///
/// `@unchecked`: made and used on its worker's thread only.
final class LeasedSession: @unchecked Sendable {
    private let handle: ConnectionHandle
    private let interrupt: LeaseInterrupt
    private let counters: DatabaseCounters
    private let parameters = ParameterBuffer()
    private var cache: StatementCache
    private var lease: UInt64 = 0
    private var role = SessionRole.session
    private var tally: DatabaseTally?
    /// The first error of the server in this transaction, which no body can talk away.
    private var fault: DatabaseError?
    private var isStale = false

    /// Connects, which blocks.
    /// - Throws: `.unavailable`.
    init(
        _ options: ConnectionOptions, cacheSize: Int, interrupt: LeaseInterrupt, counters: DatabaseCounters
    ) throws(DatabaseError) {
        handle = try ConnectionHandle(connecting: options)
        cache = StatementCache(limit: cacheSize)
        self.interrupt = interrupt
        self.counters = counters
    }

    /// Whether the connection can serve another transaction.
    var isUsable: Bool { handle.isUp && handle.transactionStatus == PQTRANS_IDLE }

    /// Runs the body between `begin` and `commit`; undoes it when it throws, when a statement failed even if the body
    /// caught that, and when the lease was cancelled.
    func transaction<R>(
        _ kind: TransactionKind, _ lease: UInt64, as scope: SessionScope, tally: DatabaseTally?,
        _ body: (LeasedSession) throws -> R
    ) -> LeaseOutcome<R> {
        (self.lease, role, self.tally, fault, isStale) = (lease, scope.role, tally, nil, false)
        do throws(DatabaseError) {
            try script(kind.begin + scope.script, "begin")
        } catch {
            rollback()
            return handle.isUp ? .failed(error) : .again(error, .notBegun)
        }
        do {
            let value = try body(self)
            if let fault { throw fault }
            if isCancelled { throw CancellationError() }
            try script("commit", "commit")
            return .done(value)
        } catch {
            let outcome: LeaseOutcome<R> = outcome(of: error)
            rollback()
            if isStale { forgetStatements() }
            return outcome
        }
    }

    /// Runs one statement of the current transaction.
    func run<R>(_ query: Query<R>) throws(DatabaseError) -> R {
        guard !query.sql.holdsInvalidText else { throw DatabaseError(.invalidText, statement: query.name) }
        guard !isCancelled else { throw DatabaseError(.cancelled, statement: query.name) }
        let start = ContinuousClock.now
        defer { tally?.add(statements: 1, since: start) }
        counters.statements.add(1)
        let plan = try prepared(query)
        guard handle.sendExecute(plan.name, query.sql.parameters, using: parameters) else {
            throw failed(.lost(query.name, message: handle.errorMessage))
        }
        var rows = Rows(ResultBox(try result(of: query.name, lease)), of: query.name)
        return try query.decode(&rows)
    }

    private var isCancelled: Bool { interrupt.isCancelled(lease) }

    private func outcome<R>(of error: any Error) -> LeaseOutcome<R> {
        if isCancelled { return .failed(CancellationError()) }
        guard let cause = fault ?? (error as? DatabaseError) else { return .failed(error) }
        if isStale { return .again(cause, .stalePlan) }
        if cause.code == .serialization { return .again(cause, .serialization) }
        return .failed(error)
    }

    private func forgetStatements() {
        cache = StatementCache(limit: cache.limit)
        try? script("deallocate all", "deallocate")
    }

    private func rollback() {
        guard handle.isUp, handle.transactionStatus != PQTRANS_IDLE else { return }
        // When this fails, `isUsable` is false and the connection is replaced.
        try? script("rollback", "rollback")
    }

    private func prepared<R>(_ query: Query<R>) throws(DatabaseError) -> PreparedStatement {
        if let known = cache.find(query.sql, as: role) { return known }
        let (new, evicted) = cache.insert(query.sql, as: role)
        do throws(DatabaseError) {
            if let evicted { try script("deallocate \(evicted.name)", query.name) }
            guard handle.sendPrepare(new.name, query.sql.text, new.parameterTypes) else {
                throw failed(.lost(query.name, message: handle.errorMessage))
            }
            _ = try result(of: query.name, lease)
        } catch {
            cache.remove(new)
            throw error
        }
        return new
    }

    private func script(_ text: String, _ name: StaticString) throws(DatabaseError) {
        let start = ContinuousClock.now
        defer { tally?.add(statements: 0, since: start) }
        guard handle.sendScript(text) else { throw failed(.lost(name, message: handle.errorMessage)) }
        _ = try result(of: name, LeaseInterrupt.nobody)
    }

    /// Waits for all results of what was sent; the last one, or the first error. Only statements of the body end early
    /// when the lease is cancelled, never `commit` and `rollback`.
    private func result(of name: StaticString, _ lease: UInt64) throws(DatabaseError) -> ResultHandle {
        var last: ResultHandle?
        var error: DatabaseError?
        while true {
            while handle.isBusy {
                interrupt.wait(for: handle, lease)
                guard handle.consumeInput() else { throw failed(.lost(name, message: handle.errorMessage)) }
            }
            guard let next = handle.nextResult() else { break }
            if next.isSuccess {
                last = consume next
            } else {
                isStale = isStale || next.isStalePlan
                error = error ?? failed(DatabaseError(next, statement: name))
            }
        }
        if let error { throw error }
        guard let last else { throw failed(.lost(name)) }
        return last
    }

    private func failed(_ error: DatabaseError) -> DatabaseError {
        if fault == nil { fault = error }
        return error
    }
}

/// What kind of transaction to begin.
enum TransactionKind: Sendable {
    case read, write

    var begin: String {
        switch self {
        case .read: "begin isolation level repeatable read read only"
        case .write: "begin isolation level read committed read write"
        }
    }
}

/// How a transaction ended.
enum LeaseOutcome<R> {
    case done(R)
    case failed(any Error)
    /// Nothing was committed, and trying again may help.
    case again(DatabaseError, RetryReason)
}

/// Why a transaction may be tried again.
enum RetryReason: Sendable {
    /// The connection was found dead at `begin`.
    case notBegun
    case serialization
    case stalePlan
}

extension LeaseOutcome: Sendable where R: Sendable {}
