import Glibc
import Synchronization

/// Carries a task's cancellation to the thread that waits for the server. Leases are numbered, so that a cancellation
/// that comes too late never hits the next lease of the same connection.
final class LeaseInterrupt: Sendable {
    /// The number of no lease: what runs under it can't be cancelled.
    static let nobody: UInt64 = 0

    private let bell = EventFD(blocking: false)
    private let cancelled = Atomic<UInt64>(.max)

    /// - Throws: `.unavailable` when the system gives no descriptor.
    init() throws(DatabaseError) {
        guard bell.isOpen else { throw DatabaseError(.unavailable, message: "no descriptor for a lease") }
    }

    /// From any thread: ends the statement that this lease runs, now or when it starts.
    func cancel(_ lease: UInt64) {
        cancelled.store(lease, ordering: .sequentiallyConsistent)
        bell.ring()
    }

    func isCancelled(_ lease: UInt64) -> Bool { cancelled.load(ordering: .sequentiallyConsistent) == lease }

    /// Blocks until the server has sent something. While the lease is cancelled, asks the server to cancel, again every
    /// 50 ms, because a request that overtakes the statement is ignored there.
    func wait(for handle: borrowing ConnectionHandle, _ lease: UInt64) {
        while true {
            let isCancelled = isCancelled(lease)
            if isCancelled { handle.cancel() }
            var sources = [
                pollfd(fd: handle.socket, events: Int16(POLLIN), revents: 0),
                pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let count = unsafe poll(&sources, 2, isCancelled ? 50 : -1)
            if sources[1].revents != 0 { bell.wait() }
            if sources[0].revents != 0 || (count < 0 && errno != EINTR) { return }
        }
    }
}
