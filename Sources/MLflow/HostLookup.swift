import NIOCore
import NIOPosix
import Synchronization

/// Looks names up on threads of its own: the system's look-up can't be cut off, and name servers that users name may
/// take half a minute. Files have other threads, so nothing but look-ups waits for one that is stuck.
struct HostLookup: Sendable {
    /// How long a caller waits.
    static let deadline = Duration.seconds(5)

    private static let threads: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 4)
        pool.start()
        return pool
    }()

    let clock: any Clock<Duration>
    /// Blocks until it knows.
    var resolve: @Sendable (_ host: String, _ port: Int) -> String? = { HostLookup.askSystem($0, $1) }

    /// The first IP address of a name, in text; `nil` when there is none, or not in time.
    func address(of host: String, port: Int) async -> String? {
        let caller = Caller()
        let (answers, answer) = AsyncStream.makeStream(of: String.self)
        Self.threads.submit { [resolve] state in
            defer { answer.finish() }
            // Who has gone does not hold a thread later.
            guard case .active = state, !caller.isGone.withLock({ $0 }) else { return }
            if let found = resolve(host, port) { answer.yield(found) }
        }
        let timer = Task { [clock] in
            try? await clock.sleep(for: Self.deadline)
            answer.finish()
        }
        defer {
            timer.cancel()
            caller.isGone.withLock { $0 = true }
        }
        var iterator = answers.makeAsyncIterator()
        return await iterator.next()
    }

    private final class Caller: Sendable {
        let isGone = Mutex(false)
    }

    private static func askSystem(_ host: String, _ port: Int) -> String? {
        guard let found = try? SocketAddress.makeAddressResolvingHost(host, port: port) else { return nil }
        return found.ipAddress
    }
}
