import Domain
import FoundationEssentials
import Persistence
import TestSupport
import Testing

@testable import Auth

/// Sign-ins, what ends them, and new keys stand in the audit.
@Suite(.ownDatabase, .timeLimit(.minutes(4)))
struct AuditOfSignInsTests {
    private let fixture: SessionFixture
    private let user: User

    init() async throws {
        fixture = try await SessionFixture()
        user = try await fixture.accounts.user()
    }

    /// Oldest first: action, code, resource, detail, count.
    private func rows(_ action: AuditAction) async throws -> [AuditEvent] {
        var filter = AuditFilter()
        filter.action = action
        return try await fixture.accounts.database.system(because: "test")
            .run(.auditEvents(filter, after: nil, limit: 100)).reversed()
    }

    @Test func `each sign-in is noted with its kind, from where it came`() async throws {
        let origin = RequestOrigin(address: "192.0.2.7", requestID: "r1")
        let tokens = try await RequestOrigin.$current.withValue(origin) { try await fixture.signIn(user) }
        let browser = try await fixture.browser(user)
        let all = try await rows(.signInCreate)
        #expect(all.map(\.resourceID) == [tokens.sessionState.text, browser.principal.sessionID.text])
        #expect(all.map { $0.detail["kind"] } == ["password", "browser"])
        #expect(all.map(\.actorID) == [user.id.rawValue, user.id.rawValue])
        #expect(all[0].address == "192.0.2.7" && all[0].requestID == "r1")
    }

    @Test func `wrong passwords of a minute are one row a user, and a lock is another`() async throws {
        let origin = RequestOrigin(address: "192.0.2.7", requestID: "r")
        try await RequestOrigin.$current.withValue(origin) { () async throws -> Void in
            for _ in 0..<9 { #expect(try await !fixture.accounts.signsIn(user, "wrong password")) }
            for name in ["nobody@example.com", "correct horse battery"] {
                await #expect(throws: TokenError.badCredentials) {
                    try await fixture.accounts.passwords.signIn(
                        username: name, password: Secret("wrong password"), from: nil)
                }
            }
        }
        let all = try await rows(.signInRefuse)
        // The minute may end in the middle of it.
        #expect((3...6).contains(all.count))
        #expect(all.allSatisfy { $0.outcome == "refused" && $0.actorKind == "anonymous" && $0.address == "192.0.2.7" })
        func count(_ code: String, _ user: User?) -> Int {
            all.filter { $0.code == code && $0.resourceID == user?.id.description }.reduce(0) { $0 + $1.repeats }
        }
        #expect(count("bad_credentials", user) == 5)
        #expect(count("locked", user) == 4)
        #expect(count("bad_credentials", nil) == 2)
        // What was typed as a name may have been a password.
        let text = try await TestDatabase.psql("select string_agg(e::text, ' ') from audit_events e")
        #expect(text[0][0]?.contains("horse") == false)
    }

    @Test func `a sign-in that is ended is noted once, with the reason`() async throws {
        let (left, reused) = (try await fixture.browser(user), try await fixture.signIn(user))
        #expect(try await fixture.signIns.end(left.principal.sessionID, as: left.principal))
        #expect(try await !fixture.signIns.end(left.principal.sessionID, as: left.principal))
        _ = try await fixture.refresh(reused.refreshToken.reveal())
        for _ in 0..<3 { _ = try? await fixture.refresh(reused.refreshToken.reveal()) }
        let all = try await rows(.signInEnd)
        #expect(all.map(\.resourceID) == [left.principal.sessionID.text, reused.sessionState.text])
        #expect(all.map { $0.detail["reason"] } == [nil, "refresh_token_reused"])
    }

    @Test func `a sign-in that ends because its user has too many is noted with what ended it`() async throws {
        let system = fixture.accounts.database.system(because: "test")
        let first = try await fixture.browser(user).principal.sessionID
        let child = SystemRandom().uuid()
        let at = fixture.time.now()
        for number in 1..<SignIns.maxLive {
            fixture.time.advance(by: 1)
            let signIn = SignInRecord(
                id: number == 1 ? child : SystemRandom().uuid(), userID: user.id, parentID: number == 1 ? first : nil,
                kind: .code, clientID: "c", agent: "", address: "", createdAt: at + Double(number), expiresAt: at + 3600
            )
            _ = try await system.run(.insertSignIn(signIn, limit: SignIns.maxLive))
        }
        #expect(try await rows(.signInEnd).isEmpty)
        let tokens = try await fixture.signIn(user)
        #expect(try await fixture.ended(of: user) == [first, child])
        let ended = try await rows(.signInEnd)
        // What was made from it goes with it, as when its user ends it.
        #expect(ended.map(\.resourceID) == [first.text])
        #expect(ended.first?.detail == ["reason": "too_many_sign_ins"])
        #expect(ended.first?.sessionID == tokens.sessionState)
    }

    @Test func `refusals of somebody unknown are one row a network, of IPv6 the first half of the address`()
        async throws
    {
        for number in 0..<12 {
            let origin = RequestOrigin(address: "2001:db8:1:\(number / 6)::\(number)", requestID: "r")
            await RequestOrigin.$current.withValue(origin) {
                await #expect(throws: TokenError.badCredentials) {
                    try await fixture.accounts.passwords.signIn(
                        username: "nobody@example.com", password: Secret("wrong password"), from: nil)
                }
            }
        }
        let all = try await rows(.signInRefuse).filter { $0.code == "bad_credentials" || $0.code == "locked" }
        #expect(all.reduce(0) { $0 + $1.repeats } == 12)
        // Two networks and two codes; the minute may end in the middle of it.
        #expect((3...5).contains(all.count))
    }

    @Test func `new keys of signatures are noted, the first one as well`() async throws {
        let ring = SealingKeyring(try SealingKey(Secret(SeededRandom(seed: 3).bytes(32))))
        let keys = InstanceKeys(
            database: fixture.accounts.database, sealing: ring, time: fixture.time, random: SystemRandom())
        let first = try await keys.artifactSigningKey().id
        let second = try await keys.rotateArtifactSigningKey(signsAfterSeconds: 0)
        let made = try await rows(.signingKeyCreate)
        #expect(made.map(\.resourceID) == [first, second] && made.map(\.actorKind) == ["system", "system"])
        #expect(made.allSatisfy { $0.detail["purpose"] == "artifact_signing" })
    }

    @Test func `new keys are noted`() async throws {
        let ring = SealingKeyring(try SealingKey(Secret(SeededRandom(seed: 3).bytes(32))))
        let database = fixture.accounts.database
        let keys = InstanceKeys(database: database, sealing: ring, time: fixture.time, random: SystemRandom())
        let id = try await keys.rotateSigningKey()
        _ = try await Resealing(database: database, sealing: ring, random: SystemRandom()).run { _ in }
        let made = try await rows(.signingKeyCreate)
        #expect(made.map(\.resourceID) == [id] && made.map(\.actorKind) == ["system"])
        let rotated = try await rows(.secretKeyRotate)
        #expect(rotated.map(\.resourceID) == [ring.sealingKeyID])
        #expect(rotated.first?.detail["instance_keys.sealed_key"] == "0 sealed anew, 0 unreadable")
    }
}
