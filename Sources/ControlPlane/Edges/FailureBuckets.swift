import FoundationEssentials
import Synchronization

/// Bounds failed attempts by network: each has a bucket of failures, which fills again with time. What succeeds takes
/// nothing out of it, so that any number may come from one network. In memory, of each replica by itself: a flood of
/// failures reaches no database.
final class FailureBuckets: Sendable {
    private struct Bucket {
        var spent: Double
        var at: Date
    }

    private struct State {
        var recent: [String: Bucket] = [:]
        var older: [String: Bucket] = [:]
    }

    private let state = Mutex(State())
    private let capacity: Double
    private let refillSeconds: Double
    private let networkLimit: Int

    /// - Parameters:
    ///   - capacity: so many failures are free.
    ///   - refillSeconds: then one each so many seconds.
    ///   - networkLimit: of more than twice as many networks, those that failed long ago are forgotten.
    init(capacity: Int = 30, refillSeconds: Double = 10, networkLimit: Int = 10_000) {
        self.capacity = Double(capacity)
        self.refillSeconds = refillSeconds
        self.networkLimit = networkLimit
    }

    /// In how many seconds the network may try again; `nil` for now.
    func wait(of network: String, at now: Date) -> Int? {
        let missing = state.withLock { spent($0, network, now) } + 1 - capacity
        return missing > 0 ? max(1, Int((missing * refillSeconds).rounded(.up))) : nil
    }

    /// Counts a failure. Those that were under way together can overdraw the bucket, but not beyond empty.
    func fail(_ network: String, at now: Date) {
        state.withLock { state in
            let bucket = Bucket(spent: min(capacity, spent(state, network, now) + 1), at: now)
            if state.recent[network] == nil, state.recent.count >= networkLimit {
                state.older = state.recent
                state.recent = [:]
            }
            state.recent[network] = bucket
        }
    }

    /// For tests of the bound.
    var networkCount: Int { state.withLock { $0.recent.count + $0.older.count } }

    private func spent(_ state: State, _ network: String, _ now: Date) -> Double {
        guard let bucket = state.recent[network] ?? state.older[network] else { return 0 }
        return max(0, bucket.spent - max(0, now.timeIntervalSince(bucket.at)) / refillSeconds)
    }
}
