import Glibc
import Synchronization

/// A thread of our own that runs jobs in order, so that blocking calls never occupy Swift's cooperative threads.
final class WorkerThread: Sendable {
    private struct Queue {
        var jobs: [@Sendable () -> Void] = []
        var isStopped = false
    }

    private let queue = Mutex(Queue())
    private let bell: EventFD

    /// - Throws: `.unavailable` when the system gives no thread.
    init() throws(DatabaseError) {
        bell = EventFD(blocking: true)
        guard bell.isOpen else { throw DatabaseError(.unavailable, message: "no descriptor for a thread") }
        try OSThread.start { self.loop() }
    }

    /// Runs the closure on the thread and waits for it without blocking; `nil` when the thread was stopped before.
    func perform<R: Sendable>(_ body: @escaping @Sendable () -> R) async -> R? {
        await withCheckedContinuation { continuation in
            let accepted = enqueue { continuation.resume(returning: body()) }
            if !accepted { continuation.resume(returning: nil) }
        }
    }

    /// Ends the thread after the jobs that are already there.
    func stop() {
        queue.withLock { $0.isStopped = true }
        bell.ring()
    }

    private func enqueue(_ job: @escaping @Sendable () -> Void) -> Bool {
        let accepted = queue.withLock { queue in
            if !queue.isStopped { queue.jobs.append(job) }
            return !queue.isStopped
        }
        if accepted { bell.ring() }
        return accepted
    }

    private func loop() {
        while true {
            let (jobs, isStopped) = queue.withLock { queue in
                defer { queue.jobs.removeAll() }
                return (queue.jobs, queue.isStopped)
            }
            for job in jobs { job() }
            if jobs.isEmpty {
                if isStopped { return }
                bell.wait()
            }
        }
    }
}

/// Starts POSIX threads.
enum OSThread {
    private final class Start {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    /// Runs the closure on a thread of its own and waits for it without blocking.
    /// - Throws: what the closure throws; `.unavailable` when the system gives no thread.
    static func run<R: Sendable>(
        _ body: @escaping @Sendable () throws(DatabaseError) -> R
    ) async throws(DatabaseError) -> R {
        let outcome = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<R, DatabaseError>, Never>) in
            do throws(DatabaseError) {
                try start { continuation.resume(returning: Result(catching: body)) }
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        return try outcome.get()
    }

    /// Runs the closure on a new thread, detached.
    /// - Throws: `.unavailable` when the system gives no thread.
    static func start(_ body: @escaping @Sendable () -> Void) throws(DatabaseError) {
        let start = unsafe Unmanaged.passRetained(Start(body))
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                start.body()
                return nil
            }, start.toOpaque())
        guard status == 0 else {
            unsafe start.release()
            throw DatabaseError(.unavailable, message: "pthread_create: errno \(status)")
        }
        pthread_detach(thread)
    }
}
