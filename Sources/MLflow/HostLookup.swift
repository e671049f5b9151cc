import Glibc
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
    var resolve: @Sendable (_ host: String) -> [String] = { HostLookup.askSystem($0) }

    /// The IP addresses of a name, in text and in the system's order; none when there are none, or not in time.
    func addresses(of host: String) async -> [String] {
        let caller = Caller()
        let (answers, answer) = AsyncStream.makeStream(of: [String].self)
        Self.threads.submit { [resolve] state in
            defer { answer.finish() }
            // Who has gone does not hold a thread later.
            guard case .active = state, !caller.isGone.withLock({ $0 }) else { return }
            answer.yield(resolve(host))
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
        return await iterator.next() ?? []
    }

    private final class Caller: Sendable {
        let isGone = Mutex(false)
    }

    private static func askSystem(_ host: String) -> [String] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, nil, &hints, &first) == 0 else { return [] }
        defer { unsafe freeaddrinfo(first) }
        var found: [String] = []
        var next = unsafe first
        while let entry = unsafe next {
            if let text = unsafe text(of: entry.pointee), !found.contains(text) { found.append(text) }
            unsafe next = entry.pointee.ai_next
        }
        return found
    }

    private static func text(of entry: addrinfo) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let code = unsafe getnameinfo(
            entry.ai_addr, entry.ai_addrlen, &bytes, socklen_t(bytes.count), nil, 0, NI_NUMERICHOST)
        guard code == 0 else { return nil }
        return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
