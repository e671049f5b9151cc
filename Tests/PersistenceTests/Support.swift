import Dispatch
import Domain
import FoundationEssentials
import Persistence
import Synchronization
import TestSupport
import Testing

/// The migrations of these tests' own little schema.
let fixtureMigrations =
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/migrations").path

/// A row of the fixture's tenant table.
struct Note: Sendable, Equatable {
    var id: Int64
    var body: String
    var revision: Int

    static let columns: SQL = "id, body, revision"

    init(_ row: inout RowReader) throws(DatabaseError) {
        id = try row.next()
        body = try row.next()
        revision = try row.next()
    }

    static func all() -> Query<[Note]> {
        .rows("notes.all", "select \(columns) from notes order by id") { try Note(&$0) }
    }

    static func find(_ id: Int64) -> Query<Note?> {
        .first("notes.find", "select \(columns) from notes where id = \(id)") { try Note(&$0) }
    }

    static func insert(_ body: String, owner: some TenantScope, revision: Int32 = 1) -> Query<Note> {
        .one(
            "notes.insert",
            """
            insert into notes (owner, body, revision)
            values (\(owner.userID), \(body), \(revision))
            returning \(columns)
            """
        ) { try Note(&$0) }
    }

    /// Changes the note if it still has this revision; says how many rows that was.
    static func bump(_ id: Int64, from revision: Int32) -> Query<Int> {
        .execute(
            "notes.bump", "update notes set revision = revision + 1 where id = \(id) and revision = \(revision)")
    }
}

/// Small statements that many tests use.
enum Probe {
    static func number(_ value: Int) -> Query<Int> { .one("probe.number", "select \(value)") { try $0.next() } }

    static func divide(_ a: Int, by b: Int) -> Query<Int> {
        .one("probe.divide", "select \(a) / \(b)") { try $0.next() }
    }

    static func raise(_ code: String) -> Query<Int> {
        .one("probe.raise", "select raise_sqlstate(\(code))") { try $0.next() }
    }

    /// Raises on a connection's first call. A session's advisory lock outlives the transaction that failed.
    static func raiseOnce(_ code: String) -> Query<Int> {
        .one(
            "probe.raise_once",
            """
            select case
                when exists (select from pg_locks where locktype = 'advisory' and objid = hashtext(\(code))::oid
                             and pid = pg_backend_pid()) then 1
                when pg_try_advisory_lock(0, hashtext(\(code))) then raise_sqlstate(\(code))
                else 0 end
            """
        ) { try $0.next() }
    }

    static func sleep(_ seconds: Double) -> Query<Int> {
        .execute("probe.sleep", "select pg_sleep(\(seconds))")
    }

    static func backend() -> Query<Int> { .one("probe.backend", "select pg_backend_pid()") { try $0.next() } }
}

/// A count that tasks and threads share.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .sequentiallyConsistent) }

    /// Counts one more and returns how many there are.
    @discardableResult
    func next() -> Int { count.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue }
}

/// Waits until the condition holds.
/// - Throws: an issue after the limit, and what the condition throws.
func eventually(
    within limit: Duration = .seconds(20), _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while try await !condition() {
        try #require(ContinuousClock.now < end, what, sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// The error that the body throws, if it is one of the database's.
func databaseError(_ body: () async throws -> Void) async -> DatabaseError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? DatabaseError
    }
}

/// Opens once and stays open; threads wait for it by blocking, tasks by suspending.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let state = Mutex(false)

    func open() {
        state.withLock { $0 = true }
        semaphore.signal()
    }

    /// Blocks the thread; not for tasks.
    func wait() {
        semaphore.wait()
        semaphore.signal()
    }

    func opened() async {
        while !state.withLock({ $0 }) { await Task.yield() }
    }
}
