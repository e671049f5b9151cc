import ControlPlane
import Domain
import Logging
import Persistence

extension SettingsReader {
    /// What commands log with: nothing below a warning, unless the settings ask for it.
    /// - Throws: `Refusal` naming `log.level`.
    func commandLogger() throws -> Logger { try Logs.logger(level: text("log.level") ?? "warning") }

    /// Lends a command the database of the settings, with connections that end with it.
    /// - Throws: `Refusal` naming a setting; `DatabaseError` when it does not answer within ten seconds; what `body` throws.
    func withDatabase<Result: Sendable>(_ body: (Database) async throws -> Result) async throws -> Result {
        let database = Database(
            DatabaseSettings(conninfo: Secret(try required("database.url"))), logger: try commandLogger())
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await database.run() }
            try await database.waitUntilReady(within: .seconds(10))
            let result = try await body(database)
            group.cancelAll()
            return result
        }
    }
}
