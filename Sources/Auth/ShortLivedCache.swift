import Domain
import FoundationEssentials
import Synchronization

/// Keeps what the database said for a few seconds, so that an authenticated request needs no extra query. Bounded.
final class ShortLivedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        let value: Value?
        let readAt: Date
    }
    private struct State {
        var entries: [Key: Entry] = [:]
        /// Counts invalidations, so that an answer that was already on its way is not kept.
        var generation = 0
        /// While it is, nothing is remembered.
        var isSuspended = false
    }

    private let state = Mutex(State())
    private let lifeSeconds: TimeInterval
    private let capacity: Int

    init(lifeSeconds: TimeInterval, capacity: Int) {
        self.lifeSeconds = lifeSeconds
        self.capacity = max(1, capacity)
    }

    /// `.some(nil)` says that the key was looked up and there is nothing.
    func value(_ key: Key, at now: Date) -> Value?? {
        state.withLock { state in
            guard let entry = state.entries[key], isFresh(entry, now) else { return nil }
            return .some(entry.value)
        }
    }

    var generation: Int { state.withLock(\.generation) }

    /// Keeps a result that was asked for in `generation`, unless something was invalidated since.
    func store(_ value: Value?, for key: Key, at now: Date, generation: Int) {
        state.withLock { state in
            guard state.generation == generation, !state.isSuspended else { return }
            if state.entries.count >= capacity, state.entries[key] == nil {
                state.entries = state.entries.filter { isFresh($0.value, now) }
                if state.entries.count >= capacity { state.entries = [:] }
            }
            state.entries[key] = Entry(value: value, readAt: now)
        }
    }

    func invalidate(_ key: Key) {
        state.withLock {
            $0.entries[key] = nil
            $0.generation += 1
        }
    }

    /// Forgets what matches.
    func invalidate(where matches: (Value) -> Bool) {
        state.withLock {
            $0.entries = $0.entries.filter { !($0.value.value.map(matches) ?? true) }
            $0.generation += 1
        }
    }

    func invalidateAll() {
        state.withLock {
            $0.entries = [:]
            $0.generation += 1
        }
    }

    /// Forgets everything, and remembers nothing more while suspended.
    func suspend(_ isSuspended: Bool) {
        state.withLock {
            $0.entries = [:]
            $0.generation += 1
            $0.isSuspended = isSuspended
        }
    }

    /// For tests of the bound.
    var count: Int { state.withLock(\.entries.count) }

    /// A clock that went back makes an entry stale, never longer-lived.
    private func isFresh(_ entry: Entry, _ now: Date) -> Bool {
        now >= entry.readAt && now < entry.readAt + lifeSeconds
    }
}

/// The state of users.
typealias AccountCache = ShortLivedCache<UserID, Account>
