import Domain
import Persistence
import Synchronization
import TestSupport
import Testing

/// Lost connections and a server that goes away and comes back.
@Suite(.timeLimit(.minutes(4)))
struct OutageTests {
    /// Numbers that the database has acknowledged.
    private final class Acknowledged: Sendable {
        private let numbers = Mutex<[Int]>([])
        var all: [Int] { numbers.withLock { $0 } }
        func add(_ number: Int) { numbers.withLock { $0.append(number) } }
    }

    private static func insert(_ number: Int) -> Query<Int> {
        .execute("samples.insert", "insert into samples (a_bigint) values (\(number))")
    }

    /// Inserts by both ways until cancelled; anything but `.unavailable` is an issue.
    private static func load(_ database: Database, _ acknowledged: Acknowledged, _ numbers: Counter) async {
        let user = TestPrincipal()
        while !Task.isCancelled {
            let number = numbers.next()
            do {
                if number.isMultiple(of: 2) {
                    _ = try await database.run(insert(number), as: user)
                } else {
                    _ = try await database.write(as: user) { try $0.run(insert(number)) }
                }
                acknowledged.add(number)
            } catch let error as DatabaseError {
                #expect(error.code == .unavailable || (error.code == .cancelled && Task.isCancelled))
                await Task.yield()
            } catch {
                #expect(error is CancellationError && Task.isCancelled)
            }
        }
    }

    private static func stored(_ conninfo: String) async throws -> Set<Int> {
        let rows = try await TestDatabase.psql("select a_bigint from samples", on: conninfo)
        return Set(rows.compactMap { $0.first.flatMap { $0 }.flatMap(Int.init) })
    }

    @Test(.ownDatabase(migrations: fixtureMigrations))
    func `terminated backends fail their callers and later calls work`() async throws {
        let database = TestDatabase.current
        let (acknowledged, numbers) = (Acknowledged(), Counter())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<12 { group.addTask { await Self.load(database, acknowledged, numbers) } }
            for _ in 0..<3 {
                let before = acknowledged.all.count
                try await eventually("work goes on") { acknowledged.all.count > before + 100 }
                try await TestDatabase.psql(
                    """
                    select pg_terminate_backend(pid) from pg_stat_activity
                    where datname = current_database() and application_name = 'drover'
                    """)
            }
            let before = acknowledged.all.count
            try await eventually("work goes on") { acknowledged.all.count > before + 100 }
            group.cancelAll()
        }
        let stored = try await Self.stored(TestDatabase.superuserConninfo)
        #expect(stored.isSuperset(of: acknowledged.all))
        #expect(database.statistics.reconnects > 0)
        try await eventually("all connections are back") {
            database.statistics.pipelinedConnections == 2 && database.statistics.leasedConnections == 8
        }
        #expect(database.statistics.leasesInUse == 0 && database.statistics.batchesInFlight == 0)
    }

    @Test(arguments: [PostgresCluster.StopMode.fast, .immediate])
    func `PostgreSQL restarted under load loses nothing acknowledged`(_ mode: PostgresCluster.StopMode) async throws {
        try await PostgresCluster.with { cluster in
            _ = try await Migrator(
                directory: fixtureMigrations, conninfo: Secret(cluster.conninfo), logger: TestDatabase.quiet
            ).migrate()
            let database = Database(DatabaseSettings(conninfo: Secret(cluster.conninfo)), logger: TestDatabase.quiet)
            let running = Task { try await database.run() }
            try await database.waitUntilReady(within: .seconds(20))
            let (acknowledged, numbers) = (Acknowledged(), Counter())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { await Self.load(database, acknowledged, numbers) } }
                try await eventually("work begins") { acknowledged.all.count > 200 }
                try await cluster.stop(mode)
                try await eventually("calls fail fast") {
                    await databaseError { _ = try await database.run(Probe.number(1), as: TestPrincipal()) } != nil
                }
                try await cluster.start()
                let before = acknowledged.all.count
                try await eventually("work goes on") { acknowledged.all.count > before + 200 }
                group.cancelAll()
            }
            #expect(try await Self.stored(cluster.conninfo).isSuperset(of: acknowledged.all))
            running.cancel()
            try await running.value
        }
    }

    @Test func `without a server calls fail fast, and it is not ready`() async throws {
        let database = Database(DatabaseSettings(conninfo: Secret("host=/nonexistent")), logger: TestDatabase.quiet)
        let user = TestPrincipal()
        #expect(await databaseError { _ = try await database.run(Probe.number(1), as: user) }?.code == .unavailable)
        let running = Task { try await database.run() }
        let error = await databaseError { try await database.waitUntilReady(within: .milliseconds(100)) }
        #expect(error?.code == .unavailable)
        let pipelined = await databaseError { _ = try await database.run(Probe.number(1), as: user) }
        let leased = await databaseError { _ = try await database.read(as: user) { try $0.run(Probe.number(1)) } }
        #expect(pipelined?.code == .unavailable)
        #expect(leased?.code == .unavailable)
        running.cancel()
        try await running.value
    }

    @Test(.ownDatabase(migrations: fixtureMigrations))
    func `shutting down lets what is under way finish`() async throws {
        let bound = try #require(TestDatabase.bound)
        let database = Database(DatabaseSettings(conninfo: bound.loginConninfo), logger: TestDatabase.quiet)
        let running = Task { try await database.run() }
        try await database.waitUntilReady(within: .seconds(20))
        let user = TestPrincipal()
        let (entered, leave) = (Gate(), Gate())
        async let leased = database.write(as: user) { tx in
            entered.open()
            leave.wait()
            return try tx.run(Probe.number(1))
        }
        async let pipelined = database.run(Probe.sleep(0.3), as: user)
        defer { leave.open() }
        await entered.opened()
        try await eventually("it is under way") { database.statistics.batchesInFlight == 1 }
        running.cancel()
        leave.open()
        #expect(try await leased == 1)
        #expect(try await pipelined == 1)
        try await running.value
        #expect(await databaseError { _ = try await database.run(Probe.number(1), as: user) }?.code == .unavailable)
        // The server's processes end a moment after their connections.
        try await eventually("only the trait's own pool is left") {
            try await TestDatabase.psql(
                "select count(*) from pg_stat_activity where application_name = 'drover' and datname = current_database()"
            ) == [["10"]]
        }
    }
}
