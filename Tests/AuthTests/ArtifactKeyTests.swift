import Domain
import Foundation
import Persistence
import TestSupport
import Testing

@testable import Auth

/// Which key signs what is published, and when.
@Suite(.ownDatabase, .timeLimit(.minutes(4))) struct ArtifactKeyTests {
    private let time = ManualTime()
    private let sealing: SealingKeyring

    init() throws { sealing = SealingKeyring(try SealingKey(Secret(SeededRandom(seed: 3).bytes(32)))) }

    private func keys(_ sealing: SealingKeyring? = nil) -> InstanceKeys {
        InstanceKeys(
            database: TestDatabase.current, sealing: sealing ?? self.sealing, time: time, random: SystemRandom())
    }

    private func signs() async throws -> String {
        let id = try await keys().artifactSigningKey().id
        #expect(try await keys().artifactPublicKey().id == id)
        return id
    }

    @Test func `a planned key signs from its time on, and the keys stay listed`() async throws {
        let first = try await signs()
        time.advance(by: 1)
        let next = try await keys().rotateArtifactSigningKey(signsAfterSeconds: 3600)
        #expect(try await signs() == first)
        time.advance(by: 3600)
        #expect(try await signs() == next)
        #expect(try await keys().artifactPublicKeys().map(\.id) == [first, next])
    }

    @Test func `a key that was made in an emergency stays, whatever had been planned before`() async throws {
        _ = try await signs()
        time.advance(by: 1)
        let planned = try await keys().rotateArtifactSigningKey(signsAfterSeconds: 86_400)
        time.advance(by: 1)
        let emergency = try await keys().rotateArtifactSigningKey(signsAfterSeconds: 0)
        #expect(try await signs() == emergency)
        time.advance(by: 100_000)
        #expect(try await signs() == emergency && emergency != planned)
    }

    @Test func `a retired key signs nothing, is marked, and is replaced when nothing else signs`() async throws {
        let stolen = try await signs()
        time.advance(by: 1)
        let planned = try await keys().rotateArtifactSigningKey(signsAfterSeconds: 3600)
        time.advance(by: 1)
        for _ in 0..<2 { try await keys().retireArtifactSigningKey(stolen) }
        let made = try await signs()
        #expect(made != stolen && made != planned)
        let all = try await keys().artifactPublicKeys()
        #expect(all.map(\.id) == [stolen, planned, made])
        #expect(all.map(\.retiredAt) == [time.now(), nil, nil])
        // Another one signs: none is made.
        time.advance(by: 1)
        let next = try await keys().rotateArtifactSigningKey(signsAfterSeconds: 0)
        try await keys().retireArtifactSigningKey(made)
        #expect(try await signs() == next)
        #expect(try await keys().artifactPublicKeys().count == 4)
        await #expect(throws: Refusal.self) { try await keys().retireArtifactSigningKey("no key") }
        let rows = try await TestDatabase.psql("select count(*) from audit_events where action = 'signing_key.retire'")
        #expect(rows == [["2"]])
    }

    @Test func `a key that nothing can open any more stops nobody`() async throws {
        let lost = SealingKeyring(try SealingKey(Secret(SeededRandom(seed: 4).bytes(32))))
        let old = try await keys(lost).artifactSigningKey().id
        await #expect(throws: AuthError.self) { try await keys().artifactSigningKey() }
        time.advance(by: 1)
        let new = try await keys().rotateArtifactSigningKey(signsAfterSeconds: 0)
        #expect(try await signs() == new)
        #expect(try await keys().artifactPublicKeys().map(\.id) == [old, new])
    }

    @Test func `while none has begun, the first to come signs`() async throws {
        let first = try await signs()
        time.advance(by: -60)
        #expect(try await signs() == first)
    }
}
