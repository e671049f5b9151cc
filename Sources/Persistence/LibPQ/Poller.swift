import CEpoll
import Glibc

/// An epoll instance with a bell (epoll(7)). Descriptors are known by a number that the owner chooses; 0 is the bell.
@safe struct Poller: ~Copyable {
    /// What happened to one descriptor.
    struct Event {
        let id: UInt64
        let isReadable: Bool
        let isWritable: Bool
    }

    private static let capacity = 16
    private let descriptor: Int32
    private let bell: EventFD
    private let events: UnsafeMutableBufferPointer<epoll_event>

    init() {
        bell = EventFD(blocking: false)
        unsafe events = .allocate(capacity: Self.capacity)
        descriptor = epoll_create1(Int32(CEpoll.EPOLL_CLOEXEC))
        control(EPOLL_CTL_ADD, bell.descriptor, id: 0, writing: false)
    }

    deinit {
        close(descriptor)
        unsafe events.deallocate()
    }

    /// False when the system gave no descriptors.
    var isOpen: Bool { descriptor >= 0 && bell.isOpen }

    /// Ends a `wait` from any thread.
    func wake() { bell.ring() }

    func add(_ socket: Int32, id: UInt64) { control(EPOLL_CTL_ADD, socket, id: id, writing: false) }
    func remove(_ socket: Int32) { control(EPOLL_CTL_DEL, socket, id: 0, writing: false) }

    /// Whether to report that the socket takes more output.
    func watchWriting(_ socket: Int32, id: UInt64, _ writing: Bool) {
        control(EPOLL_CTL_MOD, socket, id: id, writing: writing)
    }

    /// Waits for events of sockets; `nil` waits for ever. The bell only ends the wait.
    func wait(milliseconds: Int32?, _ body: (Event) -> Void) {
        let count = unsafe epoll_wait(descriptor, events.baseAddress, Int32(Self.capacity), milliseconds ?? -1)
        guard count > 0 else { return }
        for index in 0..<Int(count) {
            let (id, flags) = unsafe (events[index].data.u64, events[index].events)
            if id == 0 {
                bell.wait()
                continue
            }
            let readable = EPOLLIN.rawValue | EPOLLERR.rawValue | EPOLLHUP.rawValue
            body(Event(id: id, isReadable: flags & readable != 0, isWritable: flags & EPOLLOUT.rawValue != 0))
        }
    }

    private func control(_ operation: Int32, _ socket: Int32, id: UInt64, writing: Bool) {
        var event = unsafe epoll_event()
        unsafe event.events = EPOLLIN.rawValue | (writing ? EPOLLOUT.rawValue : 0)
        unsafe event.data.u64 = id
        _ = unsafe epoll_ctl(descriptor, operation, socket, &event)
    }
}
