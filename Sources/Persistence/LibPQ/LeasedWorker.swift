/// A thread and the connection that it owns. The pool lends it to one transaction at a time.
///
/// `@unchecked`: `session` belongs to the thread.
final class LeasedWorker: @unchecked Sendable {
    private let thread: WorkerThread
    private let interrupt: LeaseInterrupt
    private let lossSignal: AsyncStream<Void>.Continuation
    private var session: LeasedSession?

    /// An element each time the connection is lost.
    let losses: AsyncStream<Void>

    /// - Throws: `.unavailable` when the system gives no thread.
    init() throws(DatabaseError) {
        thread = try WorkerThread()
        interrupt = try LeaseInterrupt()
        (losses, lossSignal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Opens a connection, on the thread.
    /// - Throws: `.unavailable`.
    func connect(
        _ options: ConnectionOptions, cacheSize: Int, counters: DatabaseCounters
    ) async throws(DatabaseError) {
        let outcome = await thread.perform { () -> Result<Void, DatabaseError> in
            Result { () throws(DatabaseError) in
                self.session = try LeasedSession(
                    options, cacheSize: cacheSize, interrupt: self.interrupt, counters: counters)
            }
        }
        try (outcome ?? .failure(.lost())).get()
    }

    /// Runs a transaction on the thread. The lease's number is what a cancellation names. Also says whether the
    /// connection can serve the next lease; if not, `losses` gets an element.
    func transaction<R: Sendable>(
        _ kind: TransactionKind, lease: UInt64, as scope: SessionScope, tally: DatabaseTally?,
        _ body: @escaping @Sendable (LeasedSession) throws -> R
    ) async -> (outcome: LeaseOutcome<R>, isUp: Bool) {
        let outcome = await withTaskCancellationHandler {
            await thread.perform { () -> (LeaseOutcome<R>, Bool) in
                guard let session = self.session else { return (.again(.lost(), .notBegun), false) }
                let outcome = session.transaction(kind, lease, as: scope, tally: tally, body)
                let isUp = session.isUsable
                if !isUp { self.drop() }
                return (outcome, isUp)
            }
        } onCancel: {
            interrupt.cancel(lease)
        }
        return outcome ?? (.failed(DatabaseError.lost()), false)
    }

    /// Closes the connection and ends the thread, after what it is doing.
    func stop() async {
        _ = await thread.perform { self.session = nil }
        thread.stop()
        lossSignal.finish()
    }

    private func drop() {
        session = nil
        lossSignal.yield()
    }
}
