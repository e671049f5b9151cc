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

    @Test func `versions that waited for a conversion before there were any get one`() async throws {
        let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Migrations")
        let files = try FileManager.default.contentsOfDirectory(atPath: source.path).filter { $0.hasSuffix(".sql") }
            .filter { $0.first?.isNumber == true }.sorted()
        func copy(_ names: some Sequence<String>) throws {
            for name in names {
                try Data(contentsOf: source.appending(path: name)).write(to: URL(filePath: "\(directory)/\(name)"))
            }
        }
        try copy(files.prefix { $0 < "0044" })
        _ = try await migrator.migrate()
        try await TestDatabase.psql(Self.waiting)
        try copy(files.drop { $0 < "0044" })
        _ = try await migrator.migrate()
        let rows = try await TestDatabase.psql(
            """
            select v.framework, c.state, c.step, c.run_at = v.created_at, c.history->0->>'state', c.lapses
            from conversions c join model_versions v on v.id = c.version_id order by 1
            """)
        #expect(
            rows == [
                ["custom", "pending_load_container", "queued", "t", "pending_load_container", "0"],
                ["sklearn", "pending_load_native", "queued", "t", "pending_load_native", "0"],
            ])
    }

    /// One version of each kind, as releases without conversions left them.
    private static let waiting = """
        insert into users (id, email, name, is_admin, active, created_at, updated_at)
        values ('00000000-0000-4000-8000-000000000001', 'a@example.com', 'a', false, true, '2024-01-01Z', '2024-01-01Z');
        insert into workspaces (id, name, created_by, created_at, updated_at)
        values (1, 'lab', '00000000-0000-4000-8000-000000000001', '2024-01-01Z', '2024-01-01Z');
        insert into models (id, workspace_id, name, created_by, created_at, updated_at)
        values (1, 1, 'm', '00000000-0000-4000-8000-000000000001', '2024-01-01Z', '2024-01-01Z');
        insert into model_versions (id, model_id, model_name, workspace_id, file_name, sha256, size_bytes, framework, runtime,
            arch, accel, status, inspection, manifest_digest, created_by, created_at, updated_at)
        select ('00000000-0000-4000-8000-00000000000' || n)::uuid, 1, 'm', 1, 'f', sha256('x'), 1, f,
            'flight', 'x86', 'none', s, '{}', sha256('y'), '00000000-0000-4000-8000-000000000001', '2024-01-01Z',
            '2024-01-01Z'
        from (values (1, 'sklearn', 'pending_conversion'), (2, 'custom', 'pending_conversion'), (3, 'onnx', 'ready'))
            as t (n, f, s)
        """

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
