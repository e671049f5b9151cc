import Auth
import Domain
import Foundation
import Logging
import Persistence
import TestSupport
import Testing

@testable import ControlPlane

@Suite(.ownDatabase, .timeLimit(.minutes(4)))
struct SweeperTests {
    private let database = TestDatabase.current
    private let time = ManualTime()

    @Test func `what has served its time is deleted, the rest is kept`() async throws {
        let random = SystemRandom()
        let user: UserID = random.id()
        let now = time.now()
        let system = database.system(because: "test")
        try await system.write { tx in
            _ = try tx.run(
                .insertUser(
                    user, email: Email(unchecked: "a@example.com"), name: "a", passwordHash: nil, isAdmin: false,
                    at: now))
            for (number, hours) in [0, 23, 25].enumerated() {
                let age = TimeInterval(hours * 3600)
                _ = try tx.run(
                    .claimIdempotencyKey(
                        key: "k\(number)", fingerprint: [1], claim: random.uuid(), user: user, at: now - age,
                        abandonedBefore: now - age))
                _ = try tx.run(
                    .insertRefreshToken(
                        sha256: Digest(hashing: [UInt8(number)]).bytes, family: random.uuid(), user: user,
                        clientID: "c",
                        at: now, expiresAt: now - age))
                let digest = Digest(hashing: [UInt8(number)])
                _ = try tx.run(
                    .insertAccountLink(digest, for: user, .reset, by: user, at: now - age, expiresAt: now - age))
                _ = try tx.run(.recordFailure(digest, at: now - age, PasswordSignIn.accountLimits))
            }
        }
        try await Sweeper(
            database: database, auditDays: 400, time: time, clock: ContinuousClock(),
            logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }
        ).sweep()
        for (number, isKept) in [true, true, false].enumerated() {
            let record = try await system.run(.idempotencyRecord(key: "k\(number)", user: user))
            #expect((record != nil) == isKept)
            let token = try await system.run(.refreshToken(sha256: Digest(hashing: [UInt8(number)]).bytes))
            #expect((token != nil) == isKept)
        }
        let left = try await TestDatabase.psql(
            "select (select count(*) from account_links), (select count(*) from login_failures)")
        #expect(left == [["2", "2"]])
    }

    @Test(arguments: [(0, "20"), (400, "10"), (36_500, "20")])
    func `the audit is kept as long as the settings say, and for ever if they say 0`(days: Int, left: String)
        async throws
    {
        try await TestDatabase.psql(
            """
            insert into audit_events (at, actor_kind, action, outcome)
            select now() - case when n > 10 then interval '401 days' else interval '399 days' end, 'system', 'test.test', 'done'
            from generate_series(1, 20) n order by n desc
            """)
        try await Sweeper(
            database: database, auditDays: days, time: time, clock: ContinuousClock(),
            logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }
        ).sweep()
        #expect(try await TestDatabase.psql("select count(*) from audit_events where action = 'test.test'") == [[left]])
    }

    @Test func `of wrong passwords only the latest are kept, however many there were`() async throws {
        let system = database.system(because: "test")
        for number in 0..<50 {
            _ = try await system.run(
                .recordFailure(
                    Digest(hashing: [UInt8(number)]), at: time.now() + TimeInterval(number),
                    PasswordSignIn.addressLimits))
        }
        #expect(try await system.run(.trimLoginFailures(kept: 20, limit: 25)) == 25)
        #expect(try await system.run(.trimLoginFailures(kept: 20, limit: 25)) == 5)
        #expect(try await system.run(.trimLoginFailures(kept: 20, limit: 25)) == 0)
        let oldest = try await TestDatabase.psql("select count(*), min(last_failure_at) from login_failures")
        #expect(oldest[0][0] == "20")
        #expect(oldest[0][1]?.hasPrefix("2026-01-15 12:00:30") == true)
    }

    @Test func `device codes go an hour after they expired, sign-ins with their codes after a day`() async throws {
        let random = SystemRandom()
        let user: UserID = random.id()
        let now = time.now()
        let system = database.system(because: "test")
        let (young, old) = (random.uuid(), random.uuid())
        try await system.write { tx in
            _ = try tx.run(
                .insertUser(
                    user, email: Email(unchecked: "b@example.com"), name: "b", passwordHash: nil, isAdmin: false,
                    at: now))
            for (number, minutes) in [1, 59, 61].enumerated() {
                let code = NewDeviceCode(
                    deviceSHA256: Digest(hashing: [1, UInt8(number)]).bytes,
                    userCodeSHA256: Digest(hashing: [2, UInt8(number)]).bytes, clientID: "c", scope: "openid",
                    address: "", createdAt: now - 86_400, expiresAt: now - TimeInterval(minutes * 60),
                    intervalSeconds: 5)
                _ = try tx.run(.insertDeviceCode(code, limit: 100, ofNetwork: 100))
            }
            for (id, hours) in [(young, 23), (old, 25)] {
                let signIn = SignInRecord(
                    id: id, userID: user, kind: .browser, clientID: "browser", agent: "", address: "",
                    createdAt: now - 86_400 * 2, expiresAt: now - TimeInterval(hours * 3600))
                _ = try tx.run(
                    .insertSignIn(
                        signIn, cookieSHA256: Digest(hashing: Array(id.text.utf8)).bytes, limit: 100))
                let code = AuthorizationCodeRecord(
                    signInID: id, clientID: "c", redirectURI: "http://127.0.0.1/", challenge: "x", nonce: nil,
                    scope: "openid", createdAt: now, expiresAt: now)
                _ = try tx.run(.insertAuthorizationCode(code, sha256: Digest(hashing: Array(id.text.utf8)).bytes))
            }
        }
        try await Sweeper(
            database: database, auditDays: 400, time: time, clock: ContinuousClock(),
            logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }
        ).sweep()
        let codes = try await TestDatabase.psql("select count(*)::text from device_codes")
        #expect(codes == [["2"]])
        #expect(try await system.run(.signIn(young)) != nil)
        #expect(try await system.run(.signIn(old)) == nil)
        let left = try await TestDatabase.psql("select sign_in_id::text from authorization_codes")
        #expect(left == [[young.text]])
    }
}
