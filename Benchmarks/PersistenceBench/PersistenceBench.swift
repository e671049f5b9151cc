import Domain
import FoundationEssentials
import Logging
import Persistence

/// Reads rows by primary key from many tasks over pipelined connections and prints statements per second, as pgbench
/// does for its own connections.
@main struct PersistenceBench {
    let database: Database
    let tasks: Int
    let rows: Int64

    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let numbers = arguments.dropFirst().compactMap { Int($0) }
        guard let conninfo = arguments.first, numbers.count == 3 else { throw Misuse() }
        var settings = DatabaseSettings(conninfo: Secret(conninfo))
        settings.sessionRole = nil
        settings.leasedConnections = 1
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let bench = PersistenceBench(
            database: Database(settings, logger: logger), tasks: numbers[0], rows: Int64(numbers[2]))
        print(Int(try await bench.readsPerSecond(for: .seconds(numbers[1]))))
    }

    func readsPerSecond(for time: Duration) async throws -> Double {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await database.run() }
            defer { group.cancelAll() }
            try await database.waitUntilReady(within: .seconds(10))
            _ = try await reads(for: .milliseconds(300))
            let start = ContinuousClock.now
            let count = try await reads(for: time)
            return Double(count) / ((ContinuousClock.now - start) / .seconds(1))
        }
    }

    /// How many rows all tasks together read in the given time.
    func reads(for time: Duration) async throws -> Int {
        let end = ContinuousClock.now + time
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<tasks {
                group.addTask {
                    let unscoped = database.unscoped(because: "the benchmark's table belongs to no tenant")
                    var count = 0
                    while ContinuousClock.now < end {
                        _ = try await unscoped.run(.benchRow(.random(in: 1...rows)))
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
    }
}

struct Misuse: Error, CustomStringConvertible {
    let description = "usage: PersistenceBench CONNINFO TASKS SECONDS ROWS"
}

extension Query where Result == String {
    /// The same statement as in scripts/bench.
    static func benchRow(_ id: Int64) -> Query {
        .one("bench.row", "select id, name, created_at from bench_rows where id = \(id)") { row in
            _ = try row.next(Int64.self)
            let name = try row.next(String.self)
            _ = try row.next(Date.self)
            return name
        }
    }
}
