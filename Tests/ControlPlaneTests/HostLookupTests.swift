import Glibc
import Synchronization
import TestSupport
import Testing

@testable import MLflow

/// Look-ups of names that users give.
@Suite(.timeLimit(.minutes(4)))
struct HostLookupTests {
    private final class End: Sendable {
        let isReached = Mutex(false)
    }

    @Test func `a look-up that does not end is abandoned, and another gets through meanwhile`() async {
        let (clock, end) = (ManualClock(), End())
        let slow = HostLookup(clock: clock) { _, _ in
            while !end.isReached.withLock({ $0 }) { sched_yield() }
            return "192.0.2.1"
        }
        async let late = slow.address(of: "slow.example.com", port: 443)
        await clock.untilSomebodySleeps(for: 5)
        clock.advance(by: 5)
        let nothing = await late
        #expect(nothing == nil)
        let quick = HostLookup(clock: clock) { host, port in "\(host) \(port)" }
        let found = await quick.address(of: "quick", port: 80)
        #expect(found == "quick 80")
        end.isReached.withLock { $0 = true }
    }

    @Test func `a name without an address is none`() async {
        let found = await HostLookup(clock: ManualClock()) { _, _ in nil }.address(of: "nowhere", port: 1)
        #expect(found == nil)
    }

    @Test func `the system's look-up knows addresses`() async {
        let found = await HostLookup(clock: ContinuousClock()).address(of: "127.0.0.1", port: 80)
        #expect(found == "127.0.0.1")
    }
}
