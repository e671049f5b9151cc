import Synchronization

/// Lends connections to transactions: first come, first served, with a bounded queue and a bounded wait.
final class LeasePool: Sendable {
    fileprivate typealias Answer = Result<LeasedWorker, DatabaseError>

    fileprivate struct Waiter {
        let id: UInt64
        let continuation: CheckedContinuation<Answer, Never>
    }

    fileprivate struct State {
        var isOpen = false
        var isUnreachable = false
        var idle: [LeasedWorker] = []
        var connected = 0
        var inUse = 0
        var waiters = FIFO<Waiter>()
        /// Callers on their way into the queue, with the error when their end came first.
        var joining: [UInt64: DatabaseError?] = [:]
        var lastID: UInt64 = 0
        var drained: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let settings: DatabaseSettings
    private let counters: DatabaseCounters
    private let clock: any Clock<Duration>

    init(_ settings: DatabaseSettings, counters: DatabaseCounters, clock: any Clock<Duration>) {
        self.settings = settings
        self.counters = counters
        self.clock = clock
    }

    /// Connections that are up, that are lent, and callers that wait.
    var counts: (connected: Int, inUse: Int, waiting: Int) {
        state.withLock { ($0.connected, $0.inUse, $0.waiters.count) }
    }

    func open() { state.withLock { $0.isOpen = true } }

    /// A number for a lease; never the same twice, never 0.
    func nextLease() -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    /// A connected worker, for the caller alone until `release`.
    /// - Throws: `.saturated` when the queue is full or the wait too long, `.unavailable` without a server,
    ///   `.cancelled`.
    func acquire() async throws(DatabaseError) -> LeasedWorker {
        if let answer = state.withLock({ $0.immediate() }) { return try answer.get() }
        let id = nextLease()
        state.withLock { $0.joining[id] = .some(nil) }
        let timer = Task { [clock, limit = settings.waitLimit] in
            try await clock.sleep(for: limit)
            self.end(id, self.lateError())
        }
        defer { timer.cancel() }
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { self.join(Waiter(id: id, continuation: $0)) }
        } onCancel: {
            end(id, DatabaseError(.cancelled))
        }
        return try answer.get()
    }

    /// A worker has connected and can be lent.
    func add(_ worker: LeasedWorker) {
        state.withLock {
            $0.connected += 1
            $0.isUnreachable = false
        }
        hand(worker)
    }

    /// The end of a lease. A worker that lost its connection comes back by `add`.
    func release(_ worker: LeasedWorker, isUp: Bool) {
        state.withLock {
            $0.inUse -= 1
            if !isUp { $0.connected -= 1 }
        }
        if isUp { hand(worker) }
        resumeIfDrained()
    }

    /// A connection could not be made: with none up, waiting is pointless.
    func markUnreachable() {
        let waiters = state.withLock { state in
            state.isUnreachable = true
            return state.connected == 0 ? state.waiters.remove { _ in true } : []
        }
        for waiter in waiters { waiter.continuation.resume(returning: .failure(.lost())) }
    }

    /// Refuses callers from now on and returns when all leases have ended.
    func drain() async {
        let waiters = state.withLock { state in
            state.isOpen = false
            return state.waiters.remove { _ in true }
        }
        for waiter in waiters { waiter.continuation.resume(returning: .failure(.lost())) }
        await withCheckedContinuation { continuation in
            state.withLock { $0.drained = continuation }
            resumeIfDrained()
        }
    }

    private func resumeIfDrained() {
        let drained = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.inUse == 0 else { return nil }
            defer { state.drained = nil }
            return state.drained
        }
        drained?.resume()
    }

    /// Gives the worker to whoever waits longest, or to nobody for now.
    private func hand(_ worker: LeasedWorker) {
        let waiter = state.withLock { state -> Waiter? in
            guard let waiter = state.waiters.popFirst() else {
                state.idle.append(worker)
                return nil
            }
            state.inUse += 1
            return waiter
        }
        waiter?.continuation.resume(returning: .success(worker))
    }

    private func join(_ waiter: Waiter) {
        let answer = state.withLock { state -> Answer? in
            if let error = state.joining.removeValue(forKey: waiter.id) ?? nil { return .failure(error) }
            if let answer = state.immediate() { return answer }
            if state.waiters.count >= settings.leaseQueueLimit { return .failure(DatabaseError(.saturated)) }
            state.waiters.append(waiter)
            return nil
        }
        guard let answer else { return }
        if case .failure(let error) = answer, error.code == .saturated { counters.saturations.add(1) }
        waiter.continuation.resume(returning: answer)
    }

    /// Too long a wait: for a turn, or for a connection at all.
    private func lateError() -> DatabaseError {
        let isConnected = state.withLock { $0.connected > 0 }
        if isConnected { counters.saturations.add(1) }
        return isConnected ? DatabaseError(.saturated) : .lost()
    }

    private func end(_ id: UInt64, _ error: DatabaseError) {
        let waiters = state.withLock { state in
            let waiters = state.waiters.remove { $0.id == id }
            if state.joining[id] != nil { state.joining[id] = .some(error) }
            return waiters
        }
        for waiter in waiters { waiter.continuation.resume(returning: .failure(error)) }
    }
}

extension LeasePool.State {
    /// An answer that needs no waiting.
    fileprivate mutating func immediate() -> Result<LeasedWorker, DatabaseError>? {
        guard isOpen else { return .failure(.lost(message: "the database is not running")) }
        if let worker = idle.popLast() {
            inUse += 1
            return .success(worker)
        }
        return connected == 0 && isUnreachable ? .failure(.lost(message: "no connection to the server")) : nil
    }
}
