import Domain
import TestSupport
import Testing

@testable import Auth
@testable import ControlPlane

struct GateTests {
    /// A task inside the gate, which stays until `leave` is called.
    private final class Visitor: Sendable {
        let entered = WakeUp()
        let leaving = WakeUp()
        let clock = ContinuousClock()

        func visit(_ gate: Gate) -> Task<Void, any Error> {
            Task {
                try await gate.pass {
                    entered.signal()
                    await leaving.wait(atMost: .seconds(60), clock: clock)
                }
            }
        }
        func isInside() async { await entered.wait(atMost: .seconds(60), clock: clock) }
    }

    @Test func `who comes when it is full waits, and the one after is refused`() async throws {
        let gate = Gate(places: 1, queueLimit: 1)
        let (first, second) = (Visitor(), Visitor())
        let inside = first.visit(gate)
        await first.isInside()
        let waiting = second.visit(gate)
        while gate.waitingCount == 0 { await Task.yield() }
        await #expect(throws: Refusal.self) { try await gate.pass {} }
        first.leaving.signal()
        try await inside.value
        await second.isInside()
        second.leaving.signal()
        try await waiting.value
        #expect(try await gate.pass { 7 } == 7)
    }

    @Test func `a task that is cancelled while it waits leaves the queue, and a throw gives the place back`()
        async throws
    {
        let gate = Gate(places: 1, queueLimit: 1)
        let (first, second) = (Visitor(), Visitor())
        let inside = first.visit(gate)
        await first.isInside()
        let waiting = second.visit(gate)
        while gate.waitingCount == 0 { await Task.yield() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        first.leaving.signal()
        try await inside.value
        await #expect(throws: Refusal.self) { try await gate.pass { throw Refusal.stale } }
        #expect(try await gate.pass { 7 } == 7)
    }
}

struct BatchesInHandTests {
    /// Takes `count` batches of one edge, one inside the other.
    private func nested(_ hand: BatchesInHand, _ edge: EdgeID, _ count: Int) async throws {
        guard count > 0 else { return }
        try await hand.take(from: edge) { try await nested(hand, edge, count - 1) }
    }

    @Test func `an edge has a few batches in hand, another edge has its own, and all are given back`() async throws {
        let random = SeededRandom()
        let (hand, edge, other): (BatchesInHand, EdgeID, EdgeID) = (BatchesInHand(), random.id(), random.id())
        for _ in 0..<2 {
            try await nested(hand, edge, BatchesInHand.maxOfEdge)
            await #expect(throws: Refusal.tooMany(retryAfterSeconds: 1)) {
                try await nested(hand, edge, BatchesInHand.maxOfEdge + 1)
            }
            try await hand.take(from: edge) { try await nested(hand, other, BatchesInHand.maxOfEdge) }
        }
    }

    @Test func `the process has a limit too`() async throws {
        let random = SeededRandom()
        let hand = BatchesInHand()
        func all(_ count: Int) async throws {
            guard count > 0 else { return }
            try await hand.take(from: random.id()) { try await all(count - 1) }
        }
        try await all(BatchesInHand.maxOfAll)
        await #expect(throws: Refusal.self) { try await all(BatchesInHand.maxOfAll + 1) }
        try await all(BatchesInHand.maxOfAll)
    }
}
