import Domain
import FoundationEssentials
import Persistence
import TestSupport
import Testing

/// Each test has an empty database and writes its own migrations.
@Suite(.ownDatabase(migrations: "/nonexistent"), .timeLimit(.minutes(4)))
struct MigratorTests: ~Copyable {
    private let directory: String

    init() throws {
        directory = "/tmp/drover-migrations-\(SystemRandom().uuid().text)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    private var migrator: Migrator {
        Migrator(directory: directory, conninfo: Secret(TestDatabase.superuserConninfo), logger: TestDatabase.quiet)
    }

    private func write(_ files: KeyValuePairs<String, String>) throws {
        for (name, sql) in files { try Data(sql.utf8).write(to: URL(filePath: "\(directory)/\(name)")) }
    }

    private func failure(_ body: () async throws -> Void) async -> MigrationError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? MigrationError
        }
    }

    private func tables() async throws -> [String] {
        try await TestDatabase.psql("select tablename from pg_tables where schemaname = 'public' order by 1")
            .compactMap { $0[0] }
    }

    @Test func `files are applied in order, once`() async throws {
        try write([
            "0002_b.sql": "alter table a add column b int",
            "0001_a.sql": "create table a (x int); insert into a values (1)",
            "schema.sql": "this is not SQL", "README.md": "neither is this",
        ])
        #expect(try await migrator.migrate().map(\.fileName) == ["0001_a.sql", "0002_b.sql"])
        #expect(try await migrator.migrate().isEmpty)
        try write(["0003_c.sql": "create table c ()"])
        #expect(try await migrator.migrate().map(\.version) == [3])
        #expect(try await tables() == ["a", "c", "schema_migrations"])
        let sums = try await TestDatabase.psql(
            "select version, name, encode(checksum, 'hex') from schema_migrations order by version limit 1")
        #expect(
            sums == [["1", "a", Digest(hashing: Data("create table a (x int); insert into a values (1)".utf8)).hex]])
    }

    @Test func `a dry run and a status change nothing`() async throws {
        try write(["0001_a.sql": "create table a ()", "0002_b.sql": "create table b ()"])
        #expect(try await migrator.plan().map(\.name) == ["a", "b"])
        #expect(try await migrator.status().map(\.state) == [.pending, .pending])
        #expect(try await tables().isEmpty)
        _ = try await migrator.migrate()
        #expect(try await migrator.plan().isEmpty)
        let states = try await migrator.status().map { if case .applied = $0.state { true } else { false } }
        #expect(states == [true, true])
    }

    @Test func `an edited, a missing and a late file are refused`() async throws {
        try write(["0001_a.sql": "create table a ()", "0003_c.sql": "create table c ()"])
        _ = try await migrator.migrate()

        try write(["0001_a.sql": "create table a (x int)", "0004_d.sql": "create table d ()"])
        let edited = await failure { _ = try await migrator.migrate() }
        #expect(edited?.code == .edited)
        #expect(edited?.file == "0001_a.sql")
        #expect(try await migrator.status().map(\.state).contains(.edited))

        try write(["0001_a.sql": "create table a ()", "0002_b.sql": "create table b ()"])
        let late = await failure { _ = try await migrator.plan() }
        #expect(late?.code == .outOfOrder)
        #expect(late?.file == "0002_b.sql")

        try FileManager.default.removeItem(atPath: "\(directory)/0002_b.sql")
        try FileManager.default.removeItem(atPath: "\(directory)/0003_c.sql")
        let missing = await failure { _ = try await migrator.migrate() }
        #expect(missing?.code == .missing)
        #expect(missing?.file == "0003_c.sql")
        #expect(try await tables() == ["a", "c", "schema_migrations"])
    }

    @Test func `two migrators at once apply each file once`() async throws {
        try write([
            "0001_a.sql": "create table a (x int)", "0002_slow.sql": "select pg_sleep(0.3)",
            "0003_i.sql": "-- no-transaction\ncreate index concurrently a_x_ix on a (x)",
            "0004_b.sql": "insert into a values (1)",
        ])
        let migrators = [migrator, migrator, migrator]
        let applied = try await withThrowingTaskGroup(of: Int.self) { group in
            for migrator in migrators { group.addTask { try await migrator.migrate().count } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(applied.sorted() == [0, 0, 4])
        #expect(try await TestDatabase.psql("select count(*) from a") == [["1"]])
    }

    @Test func `another migrator that takes too long is named`() async throws {
        try write(["0001_a.sql": "create table a ()"])
        let other = try await PlainConnection.open(Secret(TestDatabase.superuserConninfo), applicationName: "other")
        try await other.execute("select pg_advisory_lock(110442659079538)")
        let hasty = Migrator(
            directory: directory, conninfo: Secret(TestDatabase.superuserConninfo), logger: TestDatabase.quiet,
            lockLimit: .milliseconds(150))
        #expect(await failure { _ = try await hasty.migrate() }?.code == .locked)
        other.close()
    }

    @Test func `a failing file leaves nothing of itself and stops the run`() async throws {
        try write([
            "0001_a.sql": "create table a ()", "0002_b.sql": "create table b (); select 1 / 0",
            "0003_c.sql": "create table c ()",
        ])
        let failed = await failure { _ = try await migrator.migrate() }
        #expect(failed?.code == .failed)
        #expect(failed?.file == "0002_b.sql")
        #expect(failed?.sqlState == "22012")
        #expect(try await tables() == ["a", "schema_migrations"])
        try write(["0002_b.sql": "create table b ()"])
        #expect(try await migrator.migrate().map(\.version) == [2, 3])
    }

    @Test func `a file may run outside a transaction, and may not end its own`() async throws {
        try write([
            "0001_a.sql": "set search_path = pg_catalog; create table public.a (x int)",
            "0002_i.sql": "-- no-transaction\ncreate index concurrently if not exists a_x_ix on a (x)",
        ])
        #expect(try await migrator.migrate().count == 2)
        #expect(
            try await TestDatabase.psql("select indexrelid::regclass from pg_index where indrelid = 'a'::regclass") == [
                ["a_x_ix"]
            ])
        try write(["0003_c.sql": "create table c (); commit"])
        #expect(await failure { _ = try await migrator.migrate() }?.sqlState == "25P01")
    }

    @Test(arguments: ["1_short.sql", "0001.sql", "0001-dash.sql", "0001_Upper.sql", "0001_.sql", "00001_x.sql"])
    func `a badly named file is refused`(_ name: String) async throws {
        try Data("select 1".utf8).write(to: URL(filePath: "\(directory)/\(name)"))
        let error = await failure { _ = try await migrator.plan() }
        #expect(error?.code == .badName)
        #expect(error?.file == name)
    }

    @Test func `two files of one version and an absent directory are refused`() async throws {
        try write(["0001_a.sql": "select 1", "0001_b.sql": "select 2"])
        #expect(await failure { _ = try await migrator.plan() }?.code == .badName)
        try FileManager.default.removeItem(atPath: directory)
        #expect(await failure { _ = try await migrator.plan() }?.code == .unreadable)
    }
}
