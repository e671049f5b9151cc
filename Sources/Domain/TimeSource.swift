package import FoundationEssentials

/// The wall clock, passed in so that tests decide what time it is. Waiting code takes a `Clock` instead.
package protocol TimeSource: Sendable {
    /// The current time.
    func now() -> Date
}

/// The machine's clock.
package struct SystemTime: TimeSource {
    package init() {}
    package func now() -> Date { Date() }
}
