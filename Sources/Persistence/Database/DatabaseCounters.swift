import Synchronization

/// The numbers behind `DatabaseStatistics`, written by many threads.
final class DatabaseCounters: Sendable {
    let pipelinedConnections = Atomic<Int>(0)
    let batchesInFlight = Atomic<Int>(0)
    let batchesWaiting = Atomic<Int>(0)
    let statements = Atomic<Int>(0)
    let reconnects = Atomic<Int>(0)
    let retries = Atomic<Int>(0)
    let saturations = Atomic<Int>(0)
}

extension Atomic<Int> {
    /// Adds without ordering anything else: these are only counted.
    borrowing func add(_ amount: Int) { wrappingAdd(amount, ordering: .relaxed) }

    /// The current number.
    var value: Int { load(ordering: .relaxed) }

    /// Replaces the number.
    borrowing func set(_ amount: Int) { store(amount, ordering: .relaxed) }
}
