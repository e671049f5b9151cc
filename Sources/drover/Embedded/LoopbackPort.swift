import Glibc

/// A TCP port of 127.0.0.1.
enum LoopbackPort {
    /// Whether nobody listens there, now or soon: a registry of an earlier run that was killed is no longer seen among the
    /// processes a moment before the kernel closes its sockets.
    /// - Throws: `CancellationError`.
    static func becomesFree(_ port: Int, within patience: Duration) async throws -> Bool {
        let end = ContinuousClock.now + patience
        while !isFree(port) {
            guard ContinuousClock.now < end else { return false }
            try await Task.sleep(for: .milliseconds(20))
        }
        return true
    }

    /// Whether nobody listens there. Another program on the registry's port would be given every model.
    static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // As servers do it, so that connections of an earlier run that are still closing do not count.
        var reuse: Int32 = 1
        guard
            unsafe setsockopt(
                descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size)) == 0
        else { return false }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
