package import Domain
package import Logging

/// What the agent takes from its surroundings, so that tests decide over time and chance.
package struct AgentContext: Sendable {
    package let time: any TimeSource
    package let random: any RandomSource
    /// Waits between attempts.
    package let clock: any Clock<Duration>
    package let logger: Logger
    /// How long to go on waiting for a server that can't be reached; `nil` is for ever.
    package let giveUpAfter: Duration?

    package init(
        time: any TimeSource, random: any RandomSource, clock: any Clock<Duration>, logger: Logger,
        giveUpAfter: Duration? = nil
    ) {
        self.time = time
        self.random = random
        self.clock = clock
        self.logger = logger
        self.giveUpAfter = giveUpAfter
    }
}
