import Domain

/// Runs `body` for at most so long; then it is cancelled.
/// - Throws: `Refusal.unavailable` with the given words when the time is over; what `body` throws.
func withDeadline<R: Sendable>(
    _ limit: Duration, _ words: String, clock: any Clock<Duration>, _ body: @escaping @Sendable () async throws -> R
) async throws -> R {
    try await withThrowingTaskGroup(of: R?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await clock.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let result = first else {
            throw Refusal.unavailable(words, retryAfterSeconds: 1)
        }
        return result
    }
}
