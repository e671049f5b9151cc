import Domain
import FoundationEssentials
import Glibc
import Persistence

extension TestDatabase {
    /// Why there is no database to test with.
    package struct Unavailable: Error, CustomStringConvertible {
        package let description: String
    }

    /// The role that the pool logs in as: owns nothing, inherits nothing.
    package static let loginRole = "drover_test_login"

    /// `DROVER_TEST_PG`, a connection string in keyword form of a superuser.
    /// - Throws: `Unavailable` when it is not set.
    package static func serverConninfo() throws -> String {
        guard let text = ProcessInfo.processInfo.environment["DROVER_TEST_PG"], !text.isEmpty else {
            throw Unavailable(description: "DROVER_TEST_PG is not set; see scripts/services")
        }
        return text
    }

    /// Creates a database, migrates it and connects a pool to it. The pool runs in a task of its own until `stop`.
    static func make(
        named name: String, migrations: String, configure: @Sendable (inout DatabaseSettings) -> Void
    ) async throws -> (made: TestDatabase, running: Task<Void, any Error>) {
        let server = try serverConninfo()
        let conninfo = "\(server) dbname=\(name)"
        let login = Secret("\(server) dbname=\(name) user=\(loginRole)")
        let template = try await Templates.shared.template(migrations)
        // In turns: a template can be copied only while nobody else is connected to it.
        try await exclusively(on: server) { connection in
            try await connection.execute("create database \(name) template \(template)")
        }
        var settings = DatabaseSettings(conninfo: login)
        configure(&settings)
        let database = Database(settings, logger: quiet)
        let running = Task { try await database.run() }
        try await database.waitUntilReady(within: .seconds(20))
        let made = TestDatabase(
            database: database, name: name, superuserConninfo: conninfo, loginConninfo: login)
        return (made, running)
    }

    /// Creates a database with the migrations, and nothing else, to be copied: much faster than migrating each.
    fileprivate static func makeTemplate(named name: String, migrations: String) async throws {
        let server = try serverConninfo()
        let conninfo = Secret("\(server) dbname=\(name)")
        try await exclusively(on: server) { connection in
            try await connection.execute("create database \(name)")
            if FileManager.default.fileExists(atPath: migrations) {
                _ = try await Migrator(directory: migrations, conninfo: conninfo, logger: quiet).migrate()
            }
            try await connection.execute(loginRoleSQL)
        }
    }

    /// Ends the pool and drops the database.
    func drop(_ running: Task<Void, any Error>) async throws {
        running.cancel()
        _ = await running.result
        try await TestDatabase.psql("drop database if exists \(name) with (force)", on: TestDatabase.serverConninfo())
    }

    /// A name that no other process and no other call uses.
    static func freshName() -> String {
        "drover_test_\(getpid())_\(SystemRandom().uuid().text.prefix(8))"
    }

    /// Roles belong to the whole cluster, so making them is one process's turn at a time.
    private static func exclusively(
        on server: String, _ body: (PlainConnection) async throws -> Void
    ) async throws {
        let connection = try await PlainConnection.open(Secret(server), applicationName: "drover-test-setup")
        defer { connection.close() }
        try await connection.execute("select pg_advisory_lock(7237)")
        try await body(connection)
    }

    private static let loginRoleSQL = """
        do $$ begin
            if to_regrole('drover_server') is null then create role drover_server nologin; end if;
            if to_regrole('drover_system') is null then create role drover_system nologin; end if;
            if to_regrole('\(loginRole)') is null then create role \(loginRole) login noinherit; end if;
        end $$;
        grant drover_server, drover_system to \(loginRole)
        """
}

/// The databases that this process copies, by the directory of their migrations. They stay until the cluster goes.
private actor Templates {
    static let shared = Templates()
    private var made: [String: Task<String, any Error>] = [:]

    func template(_ migrations: String) async throws -> String {
        if let known = made[migrations] { return try await known.value }
        let task = Task {
            let name = "\(TestDatabase.freshName())_template"
            try await TestDatabase.makeTemplate(named: name, migrations: migrations)
            return name
        }
        made[migrations] = task
        return try await task.value
    }
}
