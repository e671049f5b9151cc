import Auth
import Domain
import Foundation
import Logging
import Persistence
import TestSupport
import Testing

@testable import ControlPlane

@Suite(.ownDatabase, .timeLimit(.minutes(1)))
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
            database: database, time: time, clock: ContinuousClock(),
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
}
