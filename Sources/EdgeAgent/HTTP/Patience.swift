import Domain
import Logging

/// Waiting between attempts: 1 s, doubled each time, at most 5 min, with full jitter; a `Retry-After` is a lower bound.
package struct Patience: Sendable {
    private let context: AgentContext
    private var failures = 0
    private var waited = Duration.zero

    package init(_ context: AgentContext) { self.context = context }

    /// Call after a success: the next failure begins at the shortest wait again.
    package mutating func reset() {
        failures = 0
        waited = .zero
    }

    /// Waits before the next attempt.
    /// - Parameters:
    ///   - reason: goes into the agent's log.
    ///   - retryAfter: what the server asked for; more than an hour is taken for an hour.
    /// - Throws: `EdgeAgentError` with code `unreachable` when the allowed time is used up; `CancellationError`.
    package mutating func wait(because reason: String, retryAfter: Duration? = nil) async throws {
        let ceiling = min(300, pow2(failures))
        let fraction = context.random.bytes(4).reduce(0.0) { ($0 + Double($1)) / 256 }
        let delay = max(.seconds(ceiling * fraction), min(retryAfter ?? .zero, .seconds(3600)))
        failures += 1
        waited += delay
        if let limit = context.giveUpAfter, waited > limit {
            throw EdgeAgentError(.unreachable, "gave up after \(failures) attempts: \(reason)")
        }
        context.logger.warning(
            "Trying again: \(reason)", metadata: ["attempt": "\(failures)", "delay": "\(delay)"])
        try await context.clock.sleep(for: delay)
    }

    private func pow2(_ exponent: Int) -> Double { Double(1 << min(exponent, 20)) }
}
