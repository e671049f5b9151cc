/// A channel of PostgreSQL's `NOTIFY`, by the name that the migrations use.
package enum NotificationChannel: String, Sendable, CaseIterable {
    /// A row of `users` was changed; the payload is its id.
    case users = "drover_users"
}

/// What somebody who listens is told.
package enum NotificationEvent: Hashable, Sendable {
    /// From now on every notification is handed over. What came before may have been missed.
    case listening
    /// A notification with its payload; it was sent by a transaction that has committed.
    case notified(String)
    /// Until the next `listening` nothing is heard.
    case deaf
}

extension Database {
    /// Listens on a channel, on a connection of its own, until the task is cancelled. Begins deaf; a lost connection is
    /// opened again with growing pauses. A peer that vanishes without a word is noticed within half a minute.
    /// - Parameter onEvent: called in order, on a thread that it should not block.
    package func listen(
        to channel: NotificationChannel, _ onEvent: @escaping @Sendable (NotificationEvent) -> Void
    ) async {
        onEvent(.deaf)
        await keepUp { () throws(DatabaseError) in
            let bell = try Bell()
            let outcome = await withTaskCancellationHandler {
                await listen(to: channel, until: bell, onEvent)
            } onCancel: {
                bell.ring()
            }
            onEvent(.deaf)
            try outcome.get()
        } onFailure: {
        }
    }

    private func listen(
        to channel: NotificationChannel, until bell: Bell, _ onEvent: @escaping @Sendable (NotificationEvent) -> Void
    ) async -> Result<Void, DatabaseError> {
        let settings = settings
        do throws(DatabaseError) {
            try await OSThread.run { () throws(DatabaseError) in
                let session = try NotificationSession(ConnectionOptions(settings), channel: channel)
                onEvent(.listening)
                try bell.wait(session) { onEvent(.notified($0)) }
            }
            return .success(())
        } catch {
            return .failure(error)
        }
    }
}

/// Ends the wait of a thread from a task that was cancelled.
private final class Bell: Sendable {
    private let descriptor = EventFD(blocking: false)

    /// - Throws: `.unavailable` when the system gives no descriptor.
    init() throws(DatabaseError) {
        guard descriptor.isOpen else { throw DatabaseError(.unavailable, message: "no descriptor to listen with") }
    }

    func ring() { descriptor.ring() }

    /// Hands payloads over until it rings.
    func wait(_ session: borrowing NotificationSession, _ onPayload: (String) -> Void) throws(DatabaseError) {
        try session.wait(until: descriptor, onPayload)
    }
}
