import Synchronization

/// Counts the statements and the database time of one request, on every way to the database. Bind it around the work:
/// `DatabaseTally.$current.withValue(DatabaseTally()) { … }`.
package final class DatabaseTally: Sendable {
    /// The tally of the current task, if it has one.
    @TaskLocal package static var current: DatabaseTally?

    private let statementCount = Atomic<Int>(0)
    private let nanosecondCount = Atomic<Int>(0)

    package init() {}

    /// How many statements were sent (those that begin, end and set the principal are not counted).
    package var statements: Int { statementCount.load(ordering: .relaxed) }

    /// How long the work waited for connections and statements, in nanoseconds.
    package var nanoseconds: Int { nanosecondCount.load(ordering: .relaxed) }

    func add(statements: Int, since start: ContinuousClock.Instant) {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        statementCount.wrappingAdd(statements, ordering: .relaxed)
        nanosecondCount.wrappingAdd(Int(seconds * 1_000_000_000 + attoseconds / 1_000_000_000), ordering: .relaxed)
    }
}
