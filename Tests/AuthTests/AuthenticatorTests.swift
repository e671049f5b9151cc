import Domain
import FoundationEssentials
import Synchronization
import TestSupport
import Testing

@testable import Auth

/// The database's part: one account that a test can change, and a count of how often it was read.
private final class Directory: Sendable {
    struct Unreachable: Error {}
    private let state: Mutex<(account: Account?, reads: Int, broken: Bool)>

    init(_ account: Account?) { state = Mutex((account, 0, false)) }

    var reads: Int { state.withLock(\.reads) }
    func set(_ account: Account?) { state.withLock { $0.account = account } }
    func breakDown() { state.withLock { $0.broken = true } }
    func lookup(_ userID: UserID) throws -> Account? {
        try state.withLock { state in
            state.reads += 1
            if state.broken { throw Unreachable() }
            return state.account?.userID == userID ? state.account : nil
        }
    }
}

@Suite(.timeLimit(.minutes(4))) struct AuthenticatorTests {
    private let fixture: TokenFixture
    private let directory: Directory
    private let authenticator: Authenticator
    static let refused = Refusal.unauthenticated("the access token is missing, expired or not valid")

    init() async throws {
        let fixture = try await TokenFixture()
        let directory = Directory(fixture.account)
        self.fixture = fixture
        self.directory = directory
        authenticator = Authenticator(tokens: fixture.tokens, time: fixture.time, accountCapacity: 4) {
            try directory.lookup($0)
        }
    }

    private func account(active: Bool = true, admin: Bool = false, notBefore: Date? = nil) -> Account {
        Account(
            userID: fixture.account.userID, email: fixture.account.email, isAdmin: admin, isActive: active,
            tokensNotBefore: notBefore)
    }

    @Test func `a good token becomes its user, with one read of the account in five seconds`() async throws {
        let token = try await fixture.issue()
        for _ in 0..<10 {
            let principal = try await authenticator.principal(bearer: token)
            #expect(principal.userID == fixture.account.userID)
            #expect(principal.email == fixture.account.email)
            #expect(principal.sessionID == fixture.session)
            #expect(!principal.isAdmin)
        }
        #expect(directory.reads == 1)
        fixture.time.advance(by: 4.9)
        _ = try await authenticator.principal(bearer: token)
        #expect(directory.reads == 1)
        fixture.time.advance(by: 0.1)
        _ = try await authenticator.principal(bearer: token)
        #expect(directory.reads == 2)
    }

    @Test(arguments: ["", "x", "a.b.c", "drr_abc", String(repeating: "a", count: 100_000)])
    func `text that is no token is refused without a read`(bearer: String) async throws {
        await #expect(throws: Self.refused) { try await authenticator.principal(bearer: bearer) }
        #expect(directory.reads == 0)
    }

    @Test func `an access token is no way in for a service account`() async throws {
        let token = try await fixture.issue()
        var account = account()
        account.kind = .service
        directory.set(account)
        await #expect(throws: Self.refused) { try await authenticator.principal(bearer: token) }
        directory.set(self.account())
        authenticator.invalidate(account.userID)
        _ = try await authenticator.principal(bearer: token)
    }

    @Test func `an expired token is refused, also when it was remembered`() async throws {
        let token = try await fixture.issue()
        _ = try await authenticator.principal(bearer: token)
        fixture.time.advance(by: 310)
        await #expect(throws: Self.refused) { try await authenticator.principal(bearer: token) }
    }

    @Test func `a deactivated user is refused within five seconds, and at once after invalidate`() async throws {
        let token = try await fixture.issue()
        _ = try await authenticator.principal(bearer: token)
        directory.set(account(active: false))
        _ = try await authenticator.principal(bearer: token)
        authenticator.invalidate(fixture.account.userID)
        await #expect(throws: Self.refused) { try await authenticator.principal(bearer: token) }
        directory.set(account(active: true))
        await #expect(throws: Self.refused) { try await authenticator.principal(bearer: token) }
        fixture.time.advance(by: 5)
        _ = try await authenticator.principal(bearer: token)
    }

    @Test func `a removed user is refused, and asking again does not read again`() async throws {
        let token = try await fixture.issue()
        directory.set(nil)
        for _ in 0..<3 {
            await #expect(throws: Self.refused) { try await authenticator.principal(bearer: token) }
        }
        #expect(directory.reads == 1)
    }

    @Test func `administration follows the account, not the token`() async throws {
        let token = try await fixture.issue()
        let before = try await authenticator.principal(bearer: token)
        #expect(throws: Refusal.forbidden("only an administrator may do this")) { try before.requireAdmin() }
        directory.set(account(admin: true))
        authenticator.invalidateAll()
        let after = try await authenticator.principal(bearer: token)
        #expect(throws: Never.self) { try after.requireAdmin() }
    }

    @Test func `tokens from before a sign-out everywhere are refused, later ones are not`() async throws {
        let old = try await fixture.issue()
        fixture.time.advance(by: 20.25)
        let sameSecond = try await fixture.issue()
        fixture.time.advance(by: 0.25)
        let changed = account(notBefore: fixture.time.now())
        directory.set(changed)
        for token in [old, sameSecond] {
            await #expect(throws: Self.refused) { try await authenticator.principal(bearer: token) }
        }
        let new = try await fixture.tokens.issue(
            to: changed, session: fixture.session, clientID: "sdk-client", scope: "openid")
        _ = try await authenticator.principal(bearer: new.text.reveal())
    }

    @Test func `while nothing can be heard of changes, every request reads the account`() async throws {
        let token = try await fixture.issue()
        _ = try await authenticator.principal(bearer: token)
        authenticator.suspend()
        for _ in 0..<3 { _ = try await authenticator.principal(bearer: token) }
        #expect(directory.reads == 4)
        directory.set(account(active: false))
        await #expect(throws: Self.refused) { try await authenticator.principal(bearer: token) }
        directory.set(account())
        authenticator.resume()
        for _ in 0..<3 { _ = try await authenticator.principal(bearer: token) }
        #expect(directory.reads == 6)
    }

    @Test func `trouble with the database is passed on and not remembered`() async throws {
        let token = try await fixture.issue()
        directory.breakDown()
        await #expect(throws: Directory.Unreachable.self) { try await authenticator.principal(bearer: token) }
        await #expect(throws: Directory.Unreachable.self) { try await authenticator.principal(bearer: token) }
        #expect(directory.reads == 2)
    }

    @Test func `an answer that was on its way during an invalidation is not kept`() {
        let cache = AccountCache(lifeSeconds: 5, capacity: 10)
        let generation = cache.generation
        cache.invalidate(fixture.account.userID)
        cache.store(fixture.account, for: fixture.account.userID, at: ManualTime.start, generation: generation)
        #expect(cache.value(fixture.account.userID, at: ManualTime.start) == nil)
    }

    @Test func `remembered accounts are bounded and a clock that goes back does not lengthen their life`() {
        let cache = AccountCache(lifeSeconds: 5, capacity: 4)
        for _ in 0..<20 {
            cache.store(nil, for: fixture.random.id(), at: ManualTime.start, generation: cache.generation)
            #expect(cache.count <= 4)
        }
        let user = fixture.account.userID
        cache.store(fixture.account, for: user, at: ManualTime.start, generation: cache.generation)
        #expect(cache.value(user, at: ManualTime.start + 1) == .some(fixture.account))
        #expect(cache.value(user, at: ManualTime.start - 1) == nil)
    }
}
