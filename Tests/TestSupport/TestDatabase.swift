package import Domain
import FoundationEssentials
package import Logging
package import Persistence

/// A migrated database of the PostgreSQL at `DROVER_TEST_PG`, and the pool that is connected to it as a login role
/// which owns nothing. `@Suite(.database)` hands one over.
package struct TestDatabase: Sendable {
    /// What the trait of the current test has bound.
    @TaskLocal package static var bound: TestDatabase?

    /// The pool.
    package let database: Database
    /// The database's name.
    package let name: String
    /// A connection string of the superuser, into this database.
    package let superuserConninfo: String
    /// A connection string of the server's login role, into this database.
    package let loginConninfo: Secret<String>

    /// The pool of the current test; without the trait, one that is never connected.
    package static var current: Database { bound?.database ?? unbound }

    /// A connection string of the superuser into the current test's database; empty without the trait.
    package static var superuserConninfo: String { bound?.superuserConninfo ?? "" }

    /// Runs SQL as the superuser on a connection of its own; the rows of the last statement as text.
    @discardableResult
    package static func psql(_ sql: String) async throws -> [[String?]] {
        try await psql(sql, on: superuserConninfo)
    }

    /// Runs SQL on a connection of its own; the rows of the last statement as text.
    @discardableResult
    package static func psql(_ sql: String, on conninfo: String) async throws -> [[String?]] {
        let connection = try await PlainConnection.open(Secret(conninfo), applicationName: "drover-test")
        defer { connection.close() }
        return try await connection.rows(sql)
    }

    /// A logger that keeps quiet.
    package static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    private static let unbound = Database(DatabaseSettings(conninfo: Secret("host=/nonexistent")), logger: quiet)
}

/// A user, for tests that need no more of one than an id.
package struct TestPrincipal: TenantScope {
    package let userID: UserID
    package var token: TokenLimits? { nil }

    /// A user that nobody else has.
    package init() { userID = SystemRandom().id() }

    package init(_ userID: UserID) { self.userID = userID }
}
