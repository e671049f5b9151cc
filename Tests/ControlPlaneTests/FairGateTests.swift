import Domain
import TestSupport
import Testing

@testable import ControlPlane

struct FairGateTests {
    @Test func `one user has only some of the places, and gets them back`() async throws {
        let gate = FairGate(places: 3, queueLimit: 3, ofOneUser: 2)
        let (ada, bob): (UserID, UserID) = (SystemRandom().id(), SystemRandom().id())
        let words: String = try await gate.pass(ada) {
            try await gate.pass(ada) {
                await #expect(throws: Refusal.self) { try await gate.pass(ada) {} }
                return try await gate.pass(bob) { "of others" }
            }
        }
        #expect(words == "of others")
        await #expect(throws: CancellationError.self) { try await gate.pass(ada) { throw CancellationError() } }
        #expect(try await gate.pass(ada) { try await gate.pass(ada) { 7 } } == 7)
    }
}
