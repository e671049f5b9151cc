package import FoundationEssentials
import Synchronization

/// A clock for waiting code that stands still until a test moves it, together with the time of day. Sleeps end when
/// their time has come or when they are cancelled.
package final class ManualClock: Clock, Sendable {
    /// Time since the clock was made.
    package struct Instant: InstantProtocol {
        let offset: Swift.Duration
        package func advanced(by duration: Swift.Duration) -> Instant { Instant(offset: offset + duration) }
        package func duration(to other: Instant) -> Swift.Duration { other.offset - offset }
        package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct Sleeper {
        let deadline: Instant
        let continuation: CheckedContinuation<Void, any Error>
        let length: Swift.Duration
    }

    private struct State {
        var now = Instant(offset: .zero)
        var lastID = 0
        var sleepers: [Int: Sleeper] = [:]
        var watchers: [(length: Swift.Duration, continuation: CheckedContinuation<Void, Never>)] = []
    }

    /// The time of day, which moves with this clock.
    package let time: ManualTime
    private let state = Mutex(State())

    package init(_ time: ManualTime = ManualTime()) { self.time = time }

    package var now: Instant { state.withLock { $0.now } }
    package var minimumResolution: Swift.Duration { .zero }

    /// Moves clock and time on, and ends the sleeps whose time has come.
    package func advance(by seconds: TimeInterval) {
        time.advance(by: seconds)
        let due = state.withLock { state -> [Sleeper] in
            let now = state.now.advanced(by: .seconds(seconds))
            state.now = now
            let due = state.sleepers.filter { $0.value.deadline <= now }
            for id in due.keys { state.sleepers[id] = nil }
            return Array(due.values)
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Returns when a sleep of exactly this length is under way.
    package func untilSomebodySleeps(for seconds: TimeInterval) async {
        let length = Swift.Duration.seconds(seconds)
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state -> Bool in
                if state.sleepers.values.contains(where: { $0.length == length }) { return true }
                state.watchers.append((length, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    package func sleep(until deadline: Instant, tolerance _: Swift.Duration?) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if let end = start(id, until: deadline, continuation) { continuation.resume(with: end) }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Puts a sleeper down, or says how its sleep ends at once.
    private func start(
        _ id: Int, until deadline: Instant, _ continuation: CheckedContinuation<Void, any Error>
    ) -> Result<Void, any Error>? {
        let (end, watchers) = state.withLock {
            state -> (Result<Void, any Error>?, [CheckedContinuation<Void, Never>]) in
            if Task.isCancelled { return (.failure(CancellationError()), []) }
            let length = state.now.duration(to: deadline)
            guard length > .zero else { return (.success(()), []) }
            state.sleepers[id] = Sleeper(deadline: deadline, continuation: continuation, length: length)
            let woken = state.watchers.filter { $0.length == length }
            state.watchers.removeAll { $0.length == length }
            return (nil, woken.map(\.continuation))
        }
        for watcher in watchers { watcher.resume() }
        return end
    }
}
