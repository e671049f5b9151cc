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
        let slow = HostLookup(clock: clock) { _ in
            while !end.isReached.withLock({ $0 }) { sched_yield() }
            return ["192.0.2.1"]
        }
        async let late = slow.addresses(of: "slow.example.com")
        await clock.untilSomebodySleeps(for: 5)
        clock.advance(by: 5)
        let nothing = await late
        #expect(nothing == [])
        let quick = HostLookup(clock: clock) { host in [host, "192.0.2.2"] }
        let found = await quick.addresses(of: "192.0.2.1")
        #expect(found == ["192.0.2.1", "192.0.2.2"])
        end.isReached.withLock { $0 = true }
    }

    @Test func `a name without an address is none`() async {
        let found = await HostLookup(clock: ManualClock()) { _ in [] }.addresses(of: "nowhere")
        #expect(found == [])
    }

    @Test func `the system's look-up knows addresses`() async {
        let lookup = HostLookup(clock: ContinuousClock())
        let found = await lookup.addresses(of: "127.0.0.1")
        #expect(found == ["127.0.0.1"])
        let local = await lookup.addresses(of: "localhost")
        #expect(local.contains("127.0.0.1") && Set(local).isSubset(of: ["127.0.0.1", "::1"]))
    }
}
