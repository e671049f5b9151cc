import Domain
import FoundationEssentials
import TestSupport
import Testing

@testable import Auth

@Suite(.timeLimit(.minutes(4))) struct VerifiedTokenCacheTests {
    @Test func `a verified token is answered from memory until it expires`() async throws {
        let fixture = try await TokenFixture()
        let token = try await fixture.issue()
        #expect(fixture.tokens.cachedClaims(of: token) == nil)
        let claims = try await fixture.tokens.verify(token)
        #expect(fixture.tokens.cachedClaims(of: token) == claims)
        fixture.time.advance(by: 309)
        #expect(fixture.tokens.cachedClaims(of: token) == claims)
        fixture.time.advance(by: 1)
        #expect(fixture.tokens.cachedClaims(of: token) == nil)
        #expect(fixture.tokens.cache.count == 0)
    }

    @Test func `the cache never holds more than its capacity and keeps what is in use`() async throws {
        let fixture = try await TokenFixture(cacheCapacity: 8)
        let used = try await fixture.issue()
        _ = try await fixture.tokens.verify(used)
        for _ in 0..<50 {
            _ = try await fixture.tokens.verify(try await fixture.issue())
            #expect(fixture.tokens.cachedClaims(of: used) != nil)
            #expect(fixture.tokens.cache.count <= 8)
        }
        #expect(fixture.tokens.cache.count > 1)
    }

    @Test func `a user's tokens can be forgotten without touching another's`() async throws {
        let fixture = try await TokenFixture()
        let mine = try await fixture.issue()
        let other = Account(userID: fixture.random.id(), email: fixture.account.email, isAdmin: false, isActive: true)
        let theirs = try await fixture.tokens.issue(
            to: other, session: fixture.random.uuid(), clientID: "c", scope: "openid"
        ).text.reveal()
        _ = try await fixture.tokens.verify(mine)
        _ = try await fixture.tokens.verify(theirs)
        fixture.tokens.forget(fixture.account.userID)
        #expect(fixture.tokens.cachedClaims(of: mine) == nil)
        #expect(fixture.tokens.cachedClaims(of: theirs) != nil)
        _ = try await fixture.tokens.verify(mine)
    }

    @Test func `a token over the size limit is not even looked up`() async throws {
        let fixture = try await TokenFixture()
        #expect(fixture.tokens.cachedClaims(of: String(repeating: "a", count: 5000)) == nil)
    }

    @Test func `many tasks share the cache without losing a token`() async throws {
        let fixture = try await TokenFixture(cacheCapacity: 1000)
        var tokens: [String] = []
        for _ in 0..<20 { tokens.append(try await fixture.issue()) }
        let all = tokens
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for round in 0..<40 { _ = try await fixture.tokens.verify(all[(task * 7 + round) % all.count]) }
                }
            }
            try await group.waitForAll()
        }
        #expect(fixture.tokens.cache.count == 20)
    }
}
