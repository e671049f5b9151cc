import CEpoll
import Glibc

/// A counter in the kernel that one thread waits on and any thread rings (eventfd(2)). Closed at the end.
struct EventFD: ~Copyable, Sendable {
    let descriptor: Int32

    /// - Parameter blocking: whether `wait` blocks until somebody rings.
    init(blocking: Bool) {
        let flags = CEpoll.EFD_CLOEXEC | (blocking ? 0 : CEpoll.EFD_NONBLOCK)
        descriptor = eventfd(0, Int32(flags))
    }

    deinit { close(descriptor) }

    /// False when the system gave no descriptor.
    var isOpen: Bool { descriptor >= 0 }

    func ring() { _ = eventfd_write(descriptor, 1) }

    /// Takes all rings at once.
    func wait() {
        var count: eventfd_t = 0
        _ = unsafe eventfd_read(descriptor, &count)
    }
}
