/// A named statement with its values.
struct Statement: Sendable {
    let name: StaticString
    let sql: SQL
}

/// Statements that travel together on a pipelined connection, as one implicit transaction, and the task that waits.
///
/// `@unchecked`: the caller builds it, then only the reactor's thread touches it, until resuming the continuation hands
/// it back.
@safe final class PipelineBatch: @unchecked Sendable {
    let scope: SessionScope
    let statements: [Statement]
    private(set) var results: [ResultBox] = []
    private(set) var failure: DatabaseError?
    /// Set when a stale plan was the reason to fail, so that sending again is safe and helps.
    var isStale = false
    /// The same for a serialization failure or a deadlock.
    var isSerialization: Bool { failure?.code == .serialization }
    var wasRetried = false
    /// Set when the caller was cancelled before the batch arrived.
    var isCancelled = false
    /// When waiting for a place ends.
    var deadline: ContinuousClock.Instant?
    private var continuation: UnsafeContinuation<Void, Never>?

    init(_ statements: [Statement], as scope: SessionScope) {
        self.scope = scope
        self.statements = statements
        results.reserveCapacity(statements.count)
    }

    /// Whether the caller has been answered; what still comes in for it is thrown away.
    var isAnswered: Bool { unsafe continuation == nil }

    /// Hands the batch to the reactor and waits for the results, without throwing: see `failure`.
    func complete(on reactor: Reactor) async {
        await withTaskCancellationHandler {
            unsafe await withUnsafeContinuation { continuation in
                unsafe self.continuation = continuation
                if !reactor.post(.submit(self)) {
                    fail(.lost(message: "the database is not running"))
                    answer()
                }
            }
        } onCancel: {
            _ = reactor.post(.cancel(self))
        }
    }

    func add(_ result: consuming ResultHandle) {
        let box = ResultBox(result)
        if !isAnswered { results.append(box) }
    }

    /// The first failure counts.
    func fail(_ error: DatabaseError) {
        if !isAnswered, failure == nil { failure = error }
    }

    /// Forgets what a first attempt brought.
    func prepareRetry() {
        wasRetried = true
        isStale = false
        failure = nil
        results.removeAll(keepingCapacity: true)
    }

    /// Gives the batch back to the caller; only the first call does.
    func answer() {
        guard let continuation = unsafe continuation else { return }
        unsafe self.continuation = nil
        unsafe continuation.resume()
    }
}
