import Glibc
import Synchronization

/// The one thread that talks on all pipelined connections. Callers post commands; the thread is rung only when it
/// sleeps, so a burst of calls costs one write to the bell, and the answers of one turn are handed out together.
///
/// `@unchecked`: everything but the inbox and the bell belongs to the thread.
final class Reactor: @unchecked Sendable {
    enum Command: Sendable {
        case submit(PipelineBatch)
        case cancel(PipelineBatch)
        case attach(PipelinedConnection)
        /// A connection could not be made: with none up, waiting is pointless.
        case unreachable
        /// Finish what is there, close, and end the thread.
        case drain(CheckedContinuation<Void, Never>)
    }

    private struct Inbox {
        var commands: [Command] = []
        var isOpen = false
    }

    private let inbox = Mutex(Inbox())
    private let isAwake = Atomic<Bool>(true)
    private let poller = Poller()
    private let settings: DatabaseSettings
    private let counters: DatabaseCounters

    private var connections: [PipelinedConnection] = []
    private var waiting = FIFO<PipelineBatch>()
    private var done: [PipelineBatch] = []
    private var lastID: UInt64 = 0
    private var isUnreachable = false
    private var drained: CheckedContinuation<Void, Never>?

    init(_ settings: DatabaseSettings, counters: DatabaseCounters) {
        self.settings = settings
        self.counters = counters
    }

    /// Starts the thread; commands are taken from now on.
    /// - Throws: `.unavailable` when the system gives no thread or no descriptors.
    func start() throws(DatabaseError) {
        guard poller.isOpen else { throw DatabaseError(.unavailable, message: "no descriptors for epoll") }
        inbox.withLock { $0.isOpen = true }
        try OSThread.start { self.loop() }
    }

    /// Leaves a command for the thread; false when it does not run.
    func post(_ command: Command) -> Bool {
        let accepted = inbox.withLock { inbox in
            if inbox.isOpen { inbox.commands.append(command) }
            return inbox.isOpen
        }
        if accepted, !isAwake.exchange(true, ordering: .sequentiallyConsistent) { poller.wake() }
        return accepted
    }

    /// Finishes what was taken, refusing the rest, and ends the thread.
    func drain() async {
        await withCheckedContinuation { if !post(.drain($0)) { $0.resume() } }
    }

    private func loop() {
        var commands: [Command] = []
        while true {
            inbox.withLock { swap(&$0.commands, &commands) }
            for command in commands { handle(command) }
            commands.removeAll(keepingCapacity: true)
            dispatchWaiting()
            settleConnections()
            answer()
            if endIfDrained() { return }
            wait()
            let answered = done.count
            answer()
            gather(after: answered)
        }
    }

    /// Answers given and batches on their way from which on the thread steps aside: few callers have nothing to pack.
    private static let crowd = 4

    /// Lets the callers run that were just answered, when there are many, so that what they ask next goes out together
    /// and wakes the server and this thread once for several batches. Yielding returns at once where nobody else wants
    /// the processor; more than one of them would give a busy machine's time to others.
    private func gather(after answered: Int) {
        guard answered > 0, connections.reduce(answered, { $0 + $1.inFlightCount }) >= Self.crowd else { return }
        sched_yield()
    }

    private func handle(_ command: Command) {
        switch command {
        case .submit(let batch): submit(batch)
        case .cancel(let batch): cancel(batch)
        case .attach(let connection):
            lastID += 1
            connection.id = lastID
            connections.append(connection)
            poller.add(connection.socket, id: lastID)
            isUnreachable = false
        case .unreachable: isUnreachable = true
        case .drain(let continuation): drained = continuation
        }
    }

    private func submit(_ batch: PipelineBatch) {
        if batch.isCancelled { return finish(batch, DatabaseError(.cancelled)) }
        if waiting.isEmpty, send(batch) { return }
        guard waiting.count < settings.queueLimit else {
            counters.saturations.add(1)
            return finish(batch, DatabaseError(.saturated, statement: batch.statements.first?.name))
        }
        batch.deadline = .now + settings.waitLimit
        waiting.append(batch)
    }

    /// Batches of a connection below which it is given the next one, though another may have less to do: a backend that
    /// is kept busy answers several batches a wake-up. Unless its first one is slow, because the next would wait for it.
    private static let busyLimit = 16
    private static let slow = Duration.milliseconds(2)

    /// Sends on the first connection that is not busy, else on the one with the least to do; false when none has room.
    private func send(_ batch: PipelineBatch) -> Bool {
        var best: PipelinedConnection?
        let now = ContinuousClock.now
        for connection in connections where !connection.isLost {
            if connection.inFlightCount < Self.busyLimit, connection.isQuick(now: now, slow: Self.slow) {
                best = connection
                break
            }
            if connection.inFlightCount < best?.inFlightCount ?? settings.inFlightLimit { best = connection }
        }
        best?.send(batch)
        return best != nil
    }

    /// A batch that waits is dropped; one that was sent ends on the server, and its results are thrown away.
    private func cancel(_ batch: PipelineBatch) {
        batch.isCancelled = true
        guard !batch.isAnswered else { return }
        if batch.deadline != nil { _ = waiting.remove { $0 === batch } }
        batch.fail(DatabaseError(.cancelled, statement: batch.statements.first?.name))
        batch.answer()
    }

    private func finish(_ batch: PipelineBatch, _ error: DatabaseError) {
        batch.fail(error)
        done.append(batch)
    }

    private func dispatchWaiting() {
        while let batch = waiting.first {
            if connections.isEmpty, isUnreachable || drained != nil {
                _ = waiting.popFirst()
                finish(batch, .lost(batch.statements.first?.name, message: "no connection to the server"))
            } else if send(batch) {
                _ = waiting.popFirst()
            } else if let deadline = batch.deadline, deadline <= .now {
                _ = waiting.popFirst()
                counters.saturations.add(connections.isEmpty ? 0 : 1)
                finish(batch, DatabaseError(connections.isEmpty ? .unavailable : .saturated))
            } else {
                return
            }
        }
    }

    /// Flushes each connection, once a turn, and lets go of the lost ones.
    private func settleConnections() {
        for connection in connections {
            let isFull = connection.flush()
            if isFull != connection.isWatchedForWriting, !connection.isLost {
                connection.isWatchedForWriting = isFull
                poller.watchWriting(connection.socket, id: connection.id, isFull)
            }
        }
        for connection in connections where connection.isLost {
            poller.remove(connection.socket)
            connection.close(&done)
        }
        connections.removeAll(where: \.isLost)
    }

    /// Hands finished batches back and publishes the counts.
    private func answer() {
        for batch in done { batch.answer() }
        done.removeAll(keepingCapacity: true)
        counters.pipelinedConnections.set(connections.count)
        counters.batchesInFlight.set(connections.reduce(0) { $0 + $1.inFlightCount })
        counters.batchesWaiting.set(waiting.count)
    }

    /// Sleeps until a socket or the bell has something, unless commands came in meanwhile; then only looks.
    private func wait() {
        isAwake.store(false, ordering: .sequentiallyConsistent)
        var limit: Int32?
        if let deadline = waiting.first?.deadline {
            limit = Int32(clamping: max(0, ContinuousClock.now.duration(to: deadline).milliseconds) + 1)
        }
        if inbox.withLock({ !$0.commands.isEmpty }) { limit = 0 }
        poller.wait(milliseconds: limit) { event in
            isAwake.store(true, ordering: .relaxed)
            guard let connection = connections.first(where: { $0.id == event.id }) else { return }
            if event.isReadable { connection.receive(&done) }
        }
        isAwake.store(true, ordering: .sequentiallyConsistent)
    }

    private func endIfDrained() -> Bool {
        guard let continuation = drained, waiting.isEmpty, !connections.contains(where: { $0.inFlightCount > 0 })
        else { return false }
        let isDone = inbox.withLock { inbox in
            inbox.isOpen = !inbox.commands.isEmpty
            return !inbox.isOpen
        }
        guard isDone else { return false }
        for connection in connections {
            poller.remove(connection.socket)
            connection.close(&done)
        }
        connections = []
        drained = nil
        answer()
        continuation.resume()
        return true
    }
}
