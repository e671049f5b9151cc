import FoundationEssentials
package import Persistence
package import Testing

/// Gives each test of a suite a migrated PostgreSQL database through `TestDatabase.current`.
package struct DatabaseTrait: SuiteTrait, TestTrait, TestScoping {
    let migrations: String
    let isOwn: Bool
    let configure: @Sendable (inout DatabaseSettings) -> Void

    package let isRecursive = true

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        guard isOwn else {
            let shared = try await SharedDatabases.shared.database(migrations)
            return try await TestDatabase.$bound.withValue(shared, operation: function)
        }
        let (made, running) = try await TestDatabase.make(
            named: TestDatabase.freshName(), migrations: migrations, configure: configure)
        do {
            try await TestDatabase.$bound.withValue(made, operation: function)
        } catch {
            try await made.drop(running)
            throw error
        }
        try await made.drop(running)
    }

    /// The repository's own migrations.
    package static var repositoryMigrations: String {
        let file = URL(filePath: #filePath)
        return file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Migrations").path
    }
}

extension Trait where Self == DatabaseTrait {
    /// One database for all such tests of the process, with the repository's migrations. Tests run in parallel on it:
    /// each makes the users it needs.
    package static var database: DatabaseTrait { .database(migrations: DatabaseTrait.repositoryMigrations) }

    /// One database for all tests of the process that name the same migrations.
    package static func database(migrations: String) -> DatabaseTrait {
        DatabaseTrait(migrations: migrations, isOwn: false, configure: { _ in })
    }

    /// A database for each test alone, dropped at its end, with the repository's migrations. For roles, locks, lost
    /// connections and "list everything".
    package static var ownDatabase: DatabaseTrait { .ownDatabase() }

    /// A database for each test alone, with other migrations or pool settings.
    package static func ownDatabase(
        migrations: String = DatabaseTrait.repositoryMigrations,
        configure: @escaping @Sendable (inout DatabaseSettings) -> Void = { _ in }
    ) -> DatabaseTrait {
        DatabaseTrait(migrations: migrations, isOwn: true, configure: configure)
    }
}

/// The databases that the tests of this process share. They stay until the cluster goes.
private actor SharedDatabases {
    static let shared = SharedDatabases()
    private var made: [String: Task<TestDatabase, any Error>] = [:]

    func database(_ migrations: String) async throws -> TestDatabase {
        if let known = made[migrations] { return try await known.value }
        let task = Task {
            // Hundreds of tests begin at once, on a machine that may be slow.
            let settings: @Sendable (inout DatabaseSettings) -> Void = {
                $0.waitLimit = .seconds(40)
                $0.leaseQueueLimit = 2000
            }
            return try await TestDatabase.make(
                named: TestDatabase.freshName(), migrations: migrations, configure: settings
            ).made
        }
        made[migrations] = task
        return try await task.value
    }
}
