import Domain

/// Growing pauses with jitter: each one is between half and all of a step, and steps double up to a limit.
struct Backoff {
    private let first: Duration
    private let limit: Duration
    private let random: any RandomSource
    private var step: Duration

    init(first: Duration, limit: Duration, random: any RandomSource) {
        self.first = first
        self.limit = limit
        self.random = random
        step = first
    }

    /// The next pause.
    mutating func next() -> Duration {
        defer { step = min(step * 2, limit) }
        let share = random.bytes(2).reduce(0) { $0 * 256 + Int($1) }
        return step / 2 + step / 2 * share / 65_535
    }

    /// Starts over.
    mutating func reset() { step = first }
}
