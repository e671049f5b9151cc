import Domain
import Persistence
import Synchronization
import TestSupport
import Testing

/// Notifications of other transactions, over a connection that may be lost.
@Suite(.timeLimit(.minutes(4)))
struct ListeningTests {
    private final class Events: Sendable {
        private let state = Mutex<[NotificationEvent]>([])
        var all: [NotificationEvent] { state.withLock { $0 } }
        func add(_ event: NotificationEvent) { state.withLock { $0.append(event) } }
    }

    private func listening(_ body: (Events) async throws -> Void) async throws {
        let database = TestDatabase.current
        let events = Events()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await database.listen(to: .users) { events.add($0) } }
            try await eventually("it listens") { events.all.last == .listening }
            try await body(events)
            group.cancelAll()
        }
    }

    @Test(.ownDatabase) func `it begins deaf, hears what is committed, in order, and ends deaf`() async throws {
        try await listening { events in
            #expect(events.all == [.deaf, .listening])
            for number in 1...3 { try await TestDatabase.psql("select pg_notify('drover_users', '\(number)')") }
            try await TestDatabase.psql("begin; select pg_notify('drover_users', 'undone'); rollback")
            try await TestDatabase.psql("select pg_notify('other', 'x'); select pg_notify('drover_users', 'last')")
            try await eventually("the last is heard") { events.all.last == .notified("last") }
            #expect(Array(events.all.dropFirst(2)) == ["1", "2", "3", "last"].map { NotificationEvent.notified($0) })
        }
    }

    @Test(.ownDatabase) func `after a lost connection it is deaf until it listens again`() async throws {
        try await listening { events in
            try await TestDatabase.psql(
                """
                select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and query = 'listen drover_users'
                """)
            try await eventually("it listens again") { events.all == [.deaf, .listening, .deaf, .listening] }
            try await TestDatabase.psql("select pg_notify('drover_users', 'again')")
            try await eventually("it hears") { events.all.last == .notified("again") }
        }
    }

    @Test(.ownDatabase) func `every change of a user is told with the user's id, and nothing else is`() async throws {
        let random = SystemRandom()
        let (user, other): (UserID, UserID) = (random.id(), random.id())
        let system = TestDatabase.current.system(because: "test")
        let now = ManualTime.start
        try await listening { events in
            for (id, email) in [(user, "a@example.com"), (other, "b@example.com")] {
                _ = try await system.run(
                    .insertUser(
                        id, email: Email(unchecked: email), name: "a", passwordHash: nil, isAdmin: false, at: now))
            }
            _ = try await system.run(
                .updateUser(user, name: nil, active: false, isAdmin: nil, ifRevision: nil, at: now))
            _ = try await system.run(.refuseTokens(of: other, before: now))
            // The same again changes nothing.
            _ = try await system.run(.refuseTokens(of: other, before: now))
            _ = try await system.run(
                .updateUser(user, name: nil, active: true, isAdmin: nil, ifRevision: nil, at: now))
            let ids = [user, other, user].map { NotificationEvent.notified($0.description) }
            try await eventually("all are heard") { events.all.count == 2 + ids.count }
            #expect(Array(events.all.dropFirst(2)) == ids)
        }
    }
}
