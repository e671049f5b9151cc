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
    }
}
