import Domain
import Persistence
import TestSupport
import Testing

/// Bounds, waits and cancellation, each on a database and a pool of its own.
@Suite(.timeLimit(.minutes(4)))
struct LimitTests {
    private static func sleepers() async throws -> Int {
        let rows = try await TestDatabase.psql(
            """
            select count(*) from pg_stat_activity
            where datname = current_database() and state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()
            """)
        return Int(rows.first?.first.flatMap { $0 } ?? "") ?? -1
    }

    @Test(.ownDatabase(migrations: fixtureMigrations))
    func `cancelling the task cancels the statement on the server`() async throws {
        let (database, user) = (TestDatabase.current, TestPrincipal())
        let task = Task { try await database.write(as: user) { try $0.run(Probe.sleep(30)) } }
        try await eventually("the statement runs") { try await Self.sleepers() == 1 }
        let start = ContinuousClock.now
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(try await Self.sleepers() == 0)
        #expect(try await database.write(as: user) { try $0.run(Probe.number(5)) } == 5)
        #expect(database.statistics.reconnects == 0)
    }

    @Test(
        .ownDatabase(migrations: fixtureMigrations) {
            $0.leasedConnections = 2
            $0.leaseQueueLimit = 200
            // Two connections for 200 callers, beside all other tests: what is refused here is not what is tested.
            $0.waitLimit = .seconds(50)
        })
    func `a late cancellation never hits the next lease`() async throws {
        let (database, user) = (TestDatabase.current, TestPrincipal())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                let task = Task { try await database.write(as: user) { try $0.run(Probe.number(number)) } }
                group.addTask {
                    if number.isMultiple(of: 2) { task.cancel() }
                    do {
                        #expect(try await task.value == number)
                    } catch {
                        #expect(error is CancellationError && number.isMultiple(of: 2))
                    }
                }
                if number.isMultiple(of: 20) { try await group.next() }
            }
            try await group.waitForAll()
        }
    }

    @Test(
        .ownDatabase(migrations: fixtureMigrations) {
            $0.leasedConnections = 1
            $0.leaseQueueLimit = 1
            $0.waitLimit = .seconds(1)
        })
    func `a full pool refuses after the wait limit, a full queue at once`() async throws {
        let (database, user) = (TestDatabase.current, TestPrincipal())
        let (entered, leave) = (Gate(), Gate())
        async let holder: Void = database.write(as: user) { _ in
            entered.open()
            leave.wait()
        }
        defer { leave.open() }
        await entered.opened()
        async let late = databaseError { _ = try await database.read(as: user) { try $0.run(Probe.number(1)) } }
        try await eventually("the second waits") { database.statistics.leasesWaiting == 1 }
        let refused = await databaseError { _ = try await database.read(as: user) { try $0.run(Probe.number(1)) } }
        #expect(refused?.code == .saturated)
        #expect(await late?.code == .saturated)
        #expect(database.statistics.leasesWaiting == 0)
        leave.open()
        try await holder
        #expect(try await database.read(as: user) { try $0.run(Probe.number(1)) } == 1)
        #expect(database.statistics.saturations == 2)
    }

    @Test(.ownDatabase(migrations: fixtureMigrations) { $0.leasedConnections = 1 })
    func `waiting transactions are served in order and can be cancelled`() async throws {
        let (database, user) = (TestDatabase.current, TestPrincipal())
        let (entered, leave) = (Gate(), Gate())
        async let holder: Void = database.write(as: user) { _ in
            entered.open()
            leave.wait()
        }
        defer { leave.open() }
        await entered.opened()
        let order = Counter()
        var tasks: [Task<Int, any Error>] = []
        for number in 1...4 {
            tasks.append(Task { try await database.read(as: user) { _ in order.next() } })
            try await eventually("it waits") { database.statistics.leasesWaiting == number }
        }
        tasks[1].cancel()
        await #expect(throws: CancellationError.self) { try await tasks[1].value }
        leave.open()
        try await holder
        #expect(try await tasks[0].value == 1)
        #expect(try await tasks[2].value == 2)
        #expect(try await tasks[3].value == 3)
    }

    @Test(
        .ownDatabase(migrations: fixtureMigrations) {
            $0.pipelinedConnections = 1
            $0.inFlightLimit = 2
            $0.queueLimit = 3
            $0.waitLimit = .milliseconds(1500)
        })
    func `a full pipeline makes callers wait, and refuses beyond its queue`() async throws {
        let (database, user) = (TestDatabase.current, TestPrincipal())
        async let slow: Int = database.run(Probe.sleep(4), as: user)
        try await eventually("it runs") { database.statistics.batchesInFlight == 1 }
        async let next: Int = database.run(Probe.number(1), as: user)
        try await eventually("both are sent") { database.statistics.batchesInFlight == 2 }
        let waiting = (0..<3).map { number in Task { try await database.run(Probe.number(number), as: user) } }
        try await eventually("three wait") { database.statistics.batchesWaiting == 3 }
        let refused = await databaseError { _ = try await database.run(Probe.number(9), as: user) }
        #expect(refused?.code == .saturated)
        waiting[1].cancel()
        let dropped = await databaseError { _ = try await waiting[1].value }
        #expect(dropped?.code == .cancelled)
        for index in [0, 2] {
            let late = await databaseError { _ = try await waiting[index].value }
            #expect(late?.code == .saturated)
        }
        #expect(try await slow == 1)
        #expect(try await next == 1)
        #expect(try await database.run(Probe.number(4), as: user) == 4)
    }

    @Test(.ownDatabase(migrations: fixtureMigrations) { $0.statementTimeout = .milliseconds(100) })
    func `a statement that takes too long is ended`() async {
        let (database, user) = (TestDatabase.current, TestPrincipal())
        let pipelined = await databaseError { _ = try await database.run(Probe.sleep(20), as: user) }
        #expect(pipelined?.code == .timeout)
        let leased = await databaseError { _ = try await database.read(as: user) { try $0.run(Probe.sleep(20)) } }
        #expect(leased?.code == .timeout)
    }

    @Test(
        .ownDatabase(migrations: fixtureMigrations) {
            $0.pipelinedConnections = 1
            $0.leasedConnections = 1
            $0.statementCacheSize = 4
        })
    func `the statement cache stays within its bound`() async throws {
        let (database, user) = (TestDatabase.current, TestPrincipal())
        @Sendable func sum(of terms: Int) -> Query<Int> {
            let ones = SQL.joined(Array(repeating: "\(1)" as SQL, count: terms), by: " + ")
            return .one("sum", "select (\(ones))::bigint") { try $0.next() }
        }
        let kept = Query<Int>.one("kept", "select count(*) from pg_prepared_statements") { try $0.next() }
        for terms in Array(1...12) + [3, 12, 1] {
            #expect(try await database.run(sum(of: terms), as: user) == terms)
            #expect(try await database.read(as: user) { try $0.run(sum(of: terms)) } == terms)
        }
        #expect(try await database.unscoped(because: "test").run(kept) <= 5)
        #expect(try await database.read(as: user) { try $0.run(kept) } <= 5)
    }

    @Test(
        .ownDatabase(migrations: fixtureMigrations) {
            $0.pipelinedConnections = 1
            $0.leasedConnections = 1
        })
    func `a statement that went stale is prepared again`() async throws {
        let (database, user) = (TestDatabase.current, TestPrincipal())
        let read = Query<[Int]>.rows("samples.read", "select an_int from samples") { try $0.next() }
        let insert = Query<Int>.execute("samples.insert", "insert into samples (an_int) values (\(1)::int)")
        let steps = [
            "alter table samples alter an_int type bigint", "alter table samples alter an_int type int", "select 1",
        ]
        for step in steps {
            _ = try await database.run(insert, as: user)
            let before = try await database.run(read, as: user)
            #expect(try await database.read(as: user) { try $0.run(read) } == before)
            try await TestDatabase.psql(step)
            #expect(try await database.run(read, as: user) == before)
            #expect(try await database.read(as: user) { try $0.run(read) } == before)
        }
        let forget = Query<Int>.execute("forget", "deallocate all")
        _ = try await database.unscoped(because: "test").run(forget)
        #expect(try await database.run(read, as: user).count == 3)
        _ = try await database.read(as: user) { try $0.run(forget) }
        #expect(try await database.read(as: user) { try $0.run(read) }.count == 3)
    }
}
