import Domain
import FoundationEssentials
import Persistence
import Synchronization
import TestSupport
import Testing

@testable import Auth

/// How many sign-ins and waiting devices there may be, and what ends them in the middle of something.
@Suite(.ownDatabase, .timeLimit(.minutes(4)))
struct SignInBoundsTests {
    private let fixture: SessionFixture
    private let user: User

    init() async throws {
        fixture = try await SessionFixture()
        user = try await fixture.accounts.user()
    }

    private func signIn(_ parent: UUID? = nil) -> SignInRecord {
        SignInRecord(
            id: SystemRandom().uuid(), userID: user.id, parentID: parent, kind: .code, clientID: "c", agent: "",
            address: "", createdAt: fixture.time.now(), expiresAt: fixture.time.now() + 3600)
    }

    @Test func `one sign-in too many ends the one that was used longest ago, with what was made from it`() async throws
    {
        let system = fixture.accounts.database.system(because: "test")
        var made: [SignInRecord] = []
        for number in 0..<4 {
            fixture.time.advance(by: 1)
            made.append(signIn(number == 2 ? made[0].id : nil))
            _ = try await system.run(.insertSignIn(made[number], limit: 4))
        }
        #expect(try await fixture.ended(of: user) == [])
        fixture.time.advance(by: 1)
        _ = try await system.run(.insertSignIn(signIn(), limit: 4))
        #expect(try await fixture.ended(of: user) == [made[0].id, made[2].id])
        fixture.time.advance(by: 1)
        _ = try await system.run(.touchSignIn(made[1].id, at: fixture.time.now(), expiresAt: made[1].expiresAt))
        for _ in 0..<2 { _ = try await system.run(.insertSignIn(signIn(), limit: 4)) }
        #expect(try await fixture.ended(of: user) == [made[0].id, made[2].id, made[3].id])
        #expect(SignIns.maxLive == 200)
    }

    @Test func `a scope that is too wide costs a client neither its token nor its sign-in`() async throws {
        let first = try await fixture.signIn(user, scope: "openid")
        let text = first.refreshToken.reveal()
        let wide = "grant_type=refresh_token&refresh_token=\(text)&scope=openid+email"
        #expect(try await fixture.refusal { try await fixture.token(wide) } == .invalidScope)
        _ = try await fixture.refresh(text)
        // Used up, it betrays itself whatever scope it comes with.
        #expect(try await fixture.refusal { try await fixture.token(wide) } == .invalidGrant)
        #expect(try await fixture.ended(of: user) == [first.sessionState])
    }

    @Test func `of one address only so many devices wait, and others are not held up`() async throws {
        for _ in 0..<DeviceAuthorizations.maxLivePerNetwork { _ = try await fixture.begin() }
        await #expect(throws: Refusal.tooMany(retryAfterSeconds: 60)) { _ = try await fixture.begin() }
        let other = SignInOrigin(address: "192.0.2.8", agent: "")
        let form = Array("client_id=sdk-client".utf8)
        for origin in [other, .unknown] { _ = try await fixture.devices.begin(formBody: form, from: origin) }
        fixture.time.advance(by: TimeInterval(DeviceAuthorizations.lifeSeconds) + 1)
        _ = try await fixture.begin()
    }

    @Test func `all addresses of one IPv6 network count as one for devices and for user codes`() async throws {
        let form = Array("client_id=sdk-client".utf8)
        func origin(_ number: Int) -> SignInOrigin { SignInOrigin(address: "2001:db8:1:2::\(number)", agent: "") }
        for number in 0..<DeviceAuthorizations.maxLivePerNetwork {
            _ = try await fixture.devices.begin(formBody: form, from: origin(number))
        }
        await #expect(throws: Refusal.tooMany(retryAfterSeconds: 60)) {
            _ = try await fixture.devices.begin(formBody: form, from: origin(999))
        }
        let neighbour = SignInOrigin(address: "2001:db8:1:3::1", agent: "")
        let device = try await fixture.devices.begin(formBody: form, from: neighbour)

        let guesser = fixture.accounts.principal(user)
        for number in 0..<DeviceAuthorizations.maxFailures {
            _ = try await fixture.devices.find(UserCode(random: SystemRandom()), by: guesser, from: origin(number))
        }
        let other = fixture.accounts.principal(try await fixture.accounts.user())
        guard case .tooMany = try await fixture.devices.find(device.userCode, by: other, from: origin(999)) else {
            Issue.record("another address of the network may guess on")
            return
        }
        guard case .waiting = try await fixture.devices.find(device.userCode, by: other, from: neighbour) else {
            Issue.record("the network beside it may not guess")
            return
        }
    }

    @Test func `a sign-out in the middle of an exchange ends what the exchange makes`() async throws {
        let session = try await fixture.browser(user)
        let code = try await CodeGrantTests.issue(session, fixture)
        let barrier = Barrier(fixture.accounts.database)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await barrier.hold() }
            try await barrier.wait(for: 1, "mode = 'ShareRowExclusiveLock' and granted")
            group.addTask { _ = try await CodeGrantTests.exchange(code, fixture) }
            try await barrier.wait(for: 1, "not granted")
            group.addTask {
                _ = try await fixture.signIns.end(session.principal.sessionID, as: session.principal)
                barrier.open()
            }
            try await barrier.wait(for: 2, "not granted")
            barrier.open()
            try await group.waitForAll()
        }
        let live = try await TestDatabase.psql("select count(*) from sign_ins where revoked_at is null")
        #expect(live == [["0"]])
    }
}

/// Keeps transactions from adding refresh tokens until it is opened: a pause in the middle of a grant.
private final class Barrier: Sendable {
    private let database: Database
    private let isOpen = Atomic(false)

    init(_ database: Database) { self.database = database }

    func hold() async throws {
        try await database.system(because: "test").write { [self] tx in
            _ = try tx.run(Query<Int>.execute("test.lock", "lock table refresh_tokens in share row exclusive mode"))
            while !isOpen.load(ordering: .acquiring) { _ = try tx.run(Query<Int>.execute("test.spin", "select 1")) }
        }
    }

    func open() { isOpen.store(true, ordering: .releasing) }

    /// Until so many locks of this database's sessions are as asked, or it is open.
    func wait(for count: Int, _ condition: String) async throws {
        while !isOpen.load(ordering: .acquiring) {
            let found = try await TestDatabase.psql(
                """
                select count(distinct l.pid) from pg_locks l join pg_stat_activity a using (pid)
                where a.datname = current_database() and \(condition)
                """)
            if let text = found.first?.first, let number = text.flatMap({ Int($0) }), number >= count { return }
        }
    }
}
