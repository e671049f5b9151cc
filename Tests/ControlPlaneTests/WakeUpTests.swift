import Synchronization
import Testing

@testable import ControlPlane

/// A clock whose sleeps end only when they are cancelled, or at once.
private struct StillClock: Clock {
    let endsAtOnce: Bool
    var now: ContinuousClock.Instant { ContinuousClock.now }
    var minimumResolution: Duration { .zero }
    func sleep(until _: ContinuousClock.Instant, tolerance _: Duration?) async throws {
        if endsAtOnce { return }
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        for await _ in stream {}
        continuation.finish()
        try Task.checkCancellation()
    }
}

private final class Flag: Sendable {
    private let value = Mutex(false)
    var isSet: Bool { value.withLock { $0 } }
    func set() { value.withLock { $0 = true } }
}

@Suite(.timeLimit(.minutes(4)))
struct WakeUpTests {
    @Test func `a signal ends the wait, also one that came before`() async {
        let wakeUp = WakeUp()
        wakeUp.signal()
        await wakeUp.wait(atMost: .seconds(1000), clock: StillClock(endsAtOnce: false))
        async let waiting: Void = wakeUp.wait(atMost: .seconds(1000), clock: StillClock(endsAtOnce: false))
        wakeUp.signal()
        await waiting
    }

    /// An earlier version ended every wait at once after the first one that timed out.
    @Test func `after a wait that timed out the next one waits again`() async {
        let wakeUp = WakeUp()
        await wakeUp.wait(atMost: .zero, clock: StillClock(endsAtOnce: true))
        let isOver = Flag()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await wakeUp.wait(atMost: .seconds(1000), clock: StillClock(endsAtOnce: false))
                #expect(isOver.isSet)
            }
            for _ in 0..<1000 { await Task.yield() }
            isOver.set()
            wakeUp.signal()
            await group.waitForAll()
        }
    }
}
