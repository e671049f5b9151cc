import CLibPQ
import Domain

/// A connection in pipeline mode: batches go out at any time, results come back in order.
///
/// `@unchecked`: made on the thread that connects, then used by the reactor's thread only.
final class PipelinedConnection: @unchecked Sendable {
    /// What a result belongs to.
    private enum Step {
        case prepare(PreparedStatement, StaticString)
        case scope
        case execute(StaticString)
    }

    private struct Unit {
        /// `nil` for housekeeping, whose outcome does not matter.
        let batch: PipelineBatch?
        let steps: [Step]
        let used: [PreparedStatement]
        let sentAt = ContinuousClock.now
    }

    /// Number in the poller; chosen by the reactor.
    var id: UInt64 = 0
    /// Whether the poller reports when there is room to write.
    var isWatchedForWriting = false
    private(set) var isLost = false
    /// Ends when the connection is lost or closed.
    let losses: AsyncStream<Never>

    private let lossSignal: AsyncStream<Never>.Continuation
    private let handle: ConnectionHandle
    private let counters: DatabaseCounters
    private let parameters = ParameterBuffer()
    private var cache: StatementCache
    private var inFlight = FIFO<Unit>()
    private var stepIndex = 0
    private var isInsideStep = false

    /// Connects, which blocks.
    /// - Throws: `.unavailable`.
    init(_ options: ConnectionOptions, cacheSize: Int, counters: DatabaseCounters) throws(DatabaseError) {
        handle = try ConnectionHandle(connecting: options)
        guard handle.enterPipelineMode() else { throw .lost(message: handle.errorMessage) }
        cache = StatementCache(limit: cacheSize)
        self.counters = counters
        (losses, lossSignal) = AsyncStream.makeStream()
    }

    deinit { lossSignal.finish() }

    var socket: Int32 { handle.socket }
    var inFlightCount: Int { inFlight.count }

    /// Whether nothing is on its way for longer than `slow`.
    func isQuick(now: ContinuousClock.Instant, slow: Duration) -> Bool {
        inFlight.first.map { now - $0.sentAt < slow } ?? true
    }

    /// Puts a batch on the wire: the scope first, so that the rest is parsed and planned under the right role, then what
    /// this connection has not prepared yet, then the statements.
    func send(_ batch: PipelineBatch) {
        var steps: [Step] = []
        var used: [PreparedStatement] = []
        var evicted: [PreparedStatement] = []
        steps.reserveCapacity(batch.statements.count + 2)
        used.reserveCapacity(batch.statements.count)
        let role = batch.scope.role
        if let sql = batch.scope.statement {
            let statement = prepared(Statement(name: "scope", sql: sql), .session, &steps, &evicted)
            run(statement, sql, .scope, &steps)
            used.append(statement)
        }
        let first = used.count
        for statement in batch.statements { used.append(prepared(statement, role, &steps, &evicted)) }
        for (statement, plan) in zip(batch.statements, used[first...]) {
            run(plan, statement.sql, .execute(statement.name), &steps)
        }
        if !handle.pipelineSync() { isLost = true }
        inFlight.append(Unit(batch: batch, steps: steps, used: used))
        counters.statements.add(batch.statements.count)
        for statement in evicted { deallocate(statement) }
    }

    /// Writes what libpq still holds. Returns whether the socket is full.
    func flush() -> Bool {
        guard !isLost else { return false }
        let status = handle.flush()
        if status < 0 { isLost = true }
        return status == 1
    }

    /// Takes what has arrived; finished batches are added to `done`.
    func receive(_ done: inout [PipelineBatch]) {
        guard !isLost else { return }
        if !handle.consumeInput() { isLost = true }
        while !handle.isBusy {
            guard let result = handle.nextResult() else {
                // Nothing: either the end of a statement's results, or all is read.
                guard isInsideStep else { break }
                isInsideStep = false
                stepIndex += 1
                continue
            }
            take(result, &done)
            if !handle.isUp {
                isLost = true
                break
            }
        }
    }

    /// Fails all that was sent. The handle closes when the last owner lets go.
    func close(_ done: inout [PipelineBatch]) {
        isLost = true
        while let unit = inFlight.popFirst() {
            guard let batch = unit.batch else { continue }
            batch.fail(.lost(batch.statements.first?.name, message: handle.errorMessage))
            done.append(batch)
        }
        lossSignal.finish()
    }

    private func prepared(
        _ statement: Statement, _ role: SessionRole, _ steps: inout [Step], _ evicted: inout [PreparedStatement]
    ) -> PreparedStatement {
        if let known = cache.find(statement.sql, as: role) { return known }
        let (new, old) = cache.insert(statement.sql, as: role)
        if let old { evicted.append(old) }
        if !handle.sendPrepare(new.name, statement.sql.text, new.parameterTypes) { isLost = true }
        steps.append(.prepare(new, statement.name))
        return new
    }

    private func run(_ plan: PreparedStatement, _ sql: SQL, _ step: Step, _ steps: inout [Step]) {
        if !handle.sendExecute(plan.name, sql.parameters, using: parameters) { isLost = true }
        steps.append(step)
    }

    /// `close` of a statement, which libpq 15 has no call for, in a transaction of its own.
    private func deallocate(_ statement: PreparedStatement) {
        // `deallocate` takes no parameters; the name is a letter and a number of our own.
        if !handle.sendOnce("deallocate \(statement.name)", [], using: parameters) || !handle.pipelineSync() {
            isLost = true
        }
        inFlight.append(Unit(batch: nil, steps: [], used: []))
    }

    private func take(_ result: consuming ResultHandle, _ done: inout [PipelineBatch]) {
        let status = result.status
        if status == PGRES_PIPELINE_SYNC { return finish(&done) }
        isInsideStep = true
        guard let unit = inFlight.first, let batch = unit.batch else { return }
        guard stepIndex < unit.steps.count else {
            // The commit at the end failed, over a deferred constraint for example.
            if !result.isSuccess { fail(batch, result, "commit") }
            return
        }
        switch (unit.steps[stepIndex], status) {
        case (.execute, PGRES_TUPLES_OK), (.execute, PGRES_COMMAND_OK): batch.add(result)
        case (_, PGRES_TUPLES_OK), (_, PGRES_COMMAND_OK): break
        case (.prepare(let statement, _), PGRES_PIPELINE_ABORTED): cache.remove(statement)
        case (_, PGRES_PIPELINE_ABORTED): break
        case (.prepare(let statement, let name), _):
            cache.remove(statement)
            batch.fail(DatabaseError(result, statement: name))
        case (.scope, _): fail(batch, result, "scope")
        case (.execute(let name), _): fail(batch, result, name)
        }
    }

    private func fail(_ batch: PipelineBatch, _ result: borrowing ResultHandle, _ name: StaticString) {
        batch.isStale = result.isStalePlan
        batch.fail(DatabaseError(result, statement: name))
    }

    /// The end of a unit. A batch that met a stale plan, a serialization failure or a deadlock is undone as a whole, so
    /// it may go out again, once.
    private func finish(_ done: inout [PipelineBatch]) {
        stepIndex = 0
        isInsideStep = false
        guard let unit = inFlight.popFirst(), let batch = unit.batch else { return }
        guard batch.isStale || batch.isSerialization, !batch.wasRetried, !batch.isAnswered, !isLost else {
            done.append(batch)
            return
        }
        for statement in unit.used where batch.isStale {
            cache.remove(statement)
            deallocate(statement)
        }
        counters.retries.add(1)
        batch.prepareRetry()
        send(batch)
    }
}
