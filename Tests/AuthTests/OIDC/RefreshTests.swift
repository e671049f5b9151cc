import Domain
import FoundationEssentials
import Persistence
import TestSupport
import Testing

@testable import Auth

@Suite(.database, .timeLimit(.minutes(4))) struct RefreshTests {
    private let fixture: SessionFixture
    private let user: User

    init() async throws {
        fixture = try await SessionFixture()
        user = try await fixture.accounts.user()
    }

    @Test func `a refresh token used twice ends its whole family`() async throws {
        let first = try await fixture.signIn(user)
        let second = try await fixture.refresh(first.refreshToken.reveal())
        let third = try await fixture.refresh(second.refreshToken.reveal())
        #expect(try await fixture.refusal { try await fixture.refresh(first.refreshToken.reveal()) } == .invalidGrant)
        #expect(try await fixture.refusal { try await fixture.refresh(third.refreshToken.reveal()) } == .invalidGrant)
        #expect(try await fixture.ended(of: user) == [first.sessionState])
    }

    @Test func `of many that use a refresh token one wins and the family ends`() async throws {
        let first = try await fixture.signIn(user)
        let winners = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<12 {
                group.addTask { try? await fixture.refresh(first.refreshToken.reveal()).refreshToken.reveal() }
            }
            return try await group.reduce(into: [String]()) { all, one in if let one { all.append(one) } }
        }
        #expect(winners.count == 1)
        let next = try #require(winners.first)
        #expect(try await fixture.refusal { try await fixture.refresh(next) } == .invalidGrant)
    }

    @Test func `an offline token is used again and again, until it expires or is ended`() async throws {
        let first = try await fixture.signIn(user, scope: "openid+offline_access")
        let text = first.refreshToken.reveal()
        #expect(text.hasPrefix("dro_"))
        for _ in 0..<3 {
            fixture.time.advance(by: 86_400)
            let again = try await fixture.refresh(text)
            #expect(again.refreshToken.reveal() == text)
        }
        #expect(try await fixture.refresh(text).refreshExpiresIn == 27 * 86_400)
        fixture.time.advance(by: 27 * 86_400)
        #expect(try await fixture.refusal { try await fixture.refresh(text) } == .invalidGrant)
        let other = try await fixture.signIn(user, scope: "offline_access")
        #expect(try await fixture.signIns.end(other.sessionState, as: fixture.accounts.principal(user)))
        #expect(try await fixture.refusal { try await fixture.refresh(other.refreshToken.reveal()) } == .invalidGrant)
    }

    @Test func `ending a sign-in ends its refresh tokens and its access tokens`() async throws {
        let tokens = try await fixture.signIn(user)
        let authenticator = Authenticator(tokens: fixture.tokens, time: fixture.time) { [fixture, user] _ in
            var account = Account(user)
            account.endedSignIns = try await fixture.ended(of: user)
            return account
        }
        _ = try await authenticator.principal(bearer: tokens.accessToken.reveal())
        let stranger = fixture.accounts.principal(try await fixture.accounts.user())
        #expect(try await !fixture.signIns.end(tokens.sessionState, as: stranger))
        #expect(try await fixture.signIns.end(tokens.sessionState, as: fixture.accounts.principal(user)))
        authenticator.invalidate(user.id)
        await #expect(throws: Refusal.self) { try await authenticator.principal(bearer: tokens.accessToken.reveal()) }
        #expect(try await fixture.refusal { try await fixture.refresh(tokens.refreshToken.reveal()) } == .invalidGrant)
    }

    @Test func `families of the release before can still be refreshed and are ended by reuse`() async throws {
        let (token, random) = (OpaqueToken(.refresh, random: SystemRandom()), SystemRandom())
        let now = fixture.time.now()
        _ = try await TestDatabase.current.system(because: "test").run(
            .insertRefreshToken(
                sha256: token.digest.bytes, family: random.uuid(), user: user.id, clientID: "sdk-client", at: now,
                expiresAt: now + 60))
        let next = try await fixture.refresh(token)
        #expect(next.scope == "openid profile email")
        #expect(try await fixture.refusal { try await fixture.refresh(token) } == .invalidGrant)
        #expect(try await fixture.refusal { try await fixture.refresh(next.refreshToken.reveal()) } == .invalidGrant)
    }

    @Test func `a new password ends browser sessions too`() async throws {
        let cookie = try await fixture.signIns.open(Account(user), from: SessionFixture.origin).text.reveal()
        #expect(try await fixture.signIns.session(cookie: cookie) != nil)
        fixture.time.advance(by: 1)
        let now = fixture.time.now()
        try await TestDatabase.current.system(because: "test").write {
            [accounts = fixture.accounts.accounts, user] tx in
            try accounts.endSessions(of: user.id, at: now, tx)
        }
        #expect(try await fixture.signIns.session(cookie: cookie) == nil)
        #expect(try await fixture.signIns.all(as: fixture.accounts.principal(user)).isEmpty)
    }

    @Test func `a browser session lasts twelve hours`() async throws {
        let cookie = try await fixture.signIns.open(Account(user), from: SessionFixture.origin).text.reveal()
        fixture.time.advance(by: 12 * 3600 - 1)
        #expect(try await fixture.signIns.session(cookie: cookie) != nil)
        fixture.time.advance(by: 1)
        #expect(try await fixture.signIns.session(cookie: cookie) == nil)
    }
}
