import CLibPQ
import Glibc

/// A connection that only waits for notifications (`LISTEN`). Blocks the thread that it runs on.
struct NotificationSession: ~Copyable {
    private let handle: ConnectionHandle

    /// Connects and listens.
    /// - Throws: `.unavailable`, or what the server says.
    init(_ options: ConnectionOptions, channel: NotificationChannel) throws(DatabaseError) {
        let handle = try ConnectionHandle(connecting: options)
        guard handle.sendScript("listen \(channel.rawValue)") else {
            throw .lost("listen", message: handle.errorMessage)
        }
        while let result = handle.nextResult() {
            guard result.isSuccess else { throw DatabaseError(result, statement: "listen") }
        }
        self.handle = handle
    }

    /// Hands the payload of each notification over, in order; returns when the bell rings.
    /// - Throws: `.unavailable` when the connection is lost.
    func wait(until bell: borrowing EventFD, _ onPayload: (String) -> Void) throws(DatabaseError) {
        while true {
            // What came along with the last answer is in memory already and would not wake the poll.
            while let payload = handle.nextNotification() { onPayload(payload) }
            var sources = [
                pollfd(fd: handle.socket, events: Int16(POLLIN), revents: 0),
                pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let count = unsafe poll(&sources, 2, -1)
            if sources[1].revents != 0 { return }
            guard count > 0 || errno == EINTR else { throw .lost("listen") }
            guard sources[0].revents == 0 || handle.consumeInput() else {
                throw .lost("listen", message: handle.errorMessage)
            }
        }
    }
}

extension ConnectionHandle {
    /// The payload of the next notification that has arrived, or `nil`.
    func nextNotification() -> String? {
        guard let notification = unsafe PQnotifies(raw) else { return nil }
        defer { unsafe PQfreemem(notification) }
        guard let payload = unsafe notification.pointee.extra else { return "" }
        return unsafe String(cString: payload)
    }
}
