import Domain
import FoundationEssentials
import Persistence
import TestSupport
import Testing

/// The one statement that decides about a join token.
@Suite(.database, .timeLimit(.minutes(4)))
struct JoinTokenTests {
    private let database = TestDatabase.current
    private let random = SystemRandom()
    private let now = WorkspaceFixture.time + 60

    private func token(of fixture: WorkspaceFixture) -> [UInt8] {
        Digest(hashing: Array("\(fixture.edge.id)".utf8)).bytes
    }

    private func claim(_ token: [UInt8], key: UInt8, at time: Date) async throws -> JoinTokenClaim? {
        let serial = random.bytes(16)
        return try await database.system(because: "test").run(
            .claimJoinToken(
                sha256: token, spki: Digest(hashing: [key]).bytes, serial: serial, at: time, replaySince: time - 600))
    }

    @Test(.proves("EDGE-12", "EDGE-21")) func `of sixteen keys one wins`() async throws {
        let token = token(of: try await WorkspaceFixture.make(database))
        let winners = try await withThrowingTaskGroup(of: JoinTokenClaim?.self) { group in
            for key in UInt8(0)..<16 { group.addTask { try await claim(token, key: key, at: now) } }
            return try await group.reduce(into: 0) { $0 += $1 == nil ? 0 : 1 }
        }
        #expect(winners == 1)
    }

    @Test func `the same key gets the same serial again, for ten minutes and until the certificate is used`()
        async throws
    {
        let fixture = try await WorkspaceFixture.make(database)
        let token = token(of: fixture)
        let first = try #require(try await claim(token, key: 1, at: now))
        #expect(try await claim(token, key: 1, at: now + 599)?.serial == first.serial)
        #expect(try await claim(token, key: 1, at: now + 601) == nil)
        #expect(try await claim(token, key: 2, at: now + 1) == nil)
        let confirmed = try await database.system(because: "test").run(
            .confirmJoinToken(edge: fixture.edge.id, serial: first.serial, at: now + 2))
        #expect(confirmed == 1)
        #expect(try await claim(token, key: 1, at: now + 3) == nil)
    }

    @Test(.proves("EDGE-13")) func `an unused token lives for 24 hours`() async throws {
        let fresh = token(of: try await WorkspaceFixture.make(database))
        #expect(try await claim(fresh, key: 1, at: WorkspaceFixture.time + 86_399) != nil)
        let late = token(of: try await WorkspaceFixture.make(database))
        #expect(try await claim(late, key: 1, at: WorkspaceFixture.time + 86_400) == nil)
    }

    @Test(.proves("EDGE-22")) func `a revoked token and the token of a removed edge do not work`() async throws {
        let revoked = try await WorkspaceFixture.make(database)
        _ = try await database.run(.revokeJoinTokens(of: revoked.edge.id, at: now), as: revoked)
        #expect(try await claim(token(of: revoked), key: 1, at: now) == nil)
        let removed = try await WorkspaceFixture.make(database)
        _ = try await database.run(.removeEdge(removed.edge.id, at: now), as: removed)
        #expect(try await claim(token(of: removed), key: 1, at: now) == nil)
    }

    @Test(.proves("EDGE-14")) func `after seven days of silence a contact is refused`() async throws {
        let fixture = try await WorkspaceFixture.make(database)
        let system = database.system(because: "test")
        let serial = random.bytes(16)
        _ = try await system.run(.noteEdgeAttested(fixture.edge.id, serial: serial, agent: nil, at: now))
        let contact = { (time: Date) in
            try await system.run(
                .noteEdgeContact(fixture.edge.id, serial: serial, at: time, notBefore: time - Edge.contactLimit))
        }
        #expect(try await contact(now + Edge.contactLimit - 1) == 1)
        #expect(try await contact(now + 2 * Edge.contactLimit - 2) == 1)
        #expect(try await contact(now + 3 * Edge.contactLimit) == 0)
        let other = try await system.run(
            .noteEdgeContact(fixture.edge.id, serial: random.bytes(16), at: now + 1, notBefore: now - Edge.contactLimit)
        )
        #expect(other == 0)
    }
}
