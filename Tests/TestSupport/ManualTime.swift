import Domain
package import FoundationEssentials
import Synchronization

/// A clock that stands still until a test moves it. Starts at 2026-01-15T12:00:00Z unless told otherwise.
package final class ManualTime: TimeSource {
    /// 2026-01-15T12:00:00Z.
    package static let start = Date(timeIntervalSince1970: 1_768_478_400)

    private let current: Mutex<Date>

    package init(_ start: Date = ManualTime.start) { current = Mutex(start) }

    package func now() -> Date { current.withLock { $0 } }

    /// Moves the clock, backwards for a negative number of seconds.
    package func advance(by seconds: TimeInterval) { current.withLock { $0 += seconds } }
}
