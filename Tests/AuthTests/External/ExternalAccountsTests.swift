import Domain
import FoundationEssentials
import Persistence
import TestSupport
import Testing

@testable import Auth

/// Who comes in through another provider, in the database.
@Suite(.ownDatabase, .timeLimit(.minutes(1)))
struct ExternalAccountsTests {
    private static let issuer = "https://id.example.com"

    private func profile(
        _ subject: String, _ email: String, group: String? = nil
    ) throws -> ExternalProfile {
        let settings = try ExternalSettings(
            issuer: Self.issuer, clientID: "c", adminGroup: group == nil ? nil : "ops")
        return try ExternalProfile(
            ExternalClaims([
                "sub": .text(subject), "email": .text(email), "email_verified": .flag(true),
                "groups": .text(group ?? ""),
            ]), settings)
    }

    private func signIn(_ profile: ExternalProfile, _ fixture: AccountsFixture) async throws -> Account {
        let attempt = ExternalAttempt(
            target: "", isFresh: false, at: fixture.time.now(), random: SystemRandom())
        return try await fixture.accounts.signIn(profile, issuer: Self.issuer, attempt: attempt)
    }

    @Test func `of many first sign-ins at once one makes the user, and all are that user`() async throws {
        let fixture = try AccountsFixture()
        let profile = try profile("race", "race@example.com")
        let users = try await withThrowingTaskGroup(of: UserID.self) { group in
            for _ in 0..<8 { group.addTask { try await signIn(profile, fixture).userID } }
            return try await group.reduce(into: Set<UserID>()) { $0.insert($1) }
        }
        #expect(users.count == 1)
    }

    @Test func `an attempt is used up by the first of many`() async throws {
        let fixture = try AccountsFixture()
        let profile = try profile("once", "once@example.com")
        let attempt = ExternalAttempt(target: "", isFresh: false, at: fixture.time.now(), random: SystemRandom())
        let successes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (try? await fixture.accounts.signIn(profile, issuer: Self.issuer, attempt: attempt)) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(successes == 1)
    }

    @Test(.proves("USER-05")) func `there is room for as many as the limit says, and a link needs none`() async throws {
        let fixture = try AccountsFixture(activeLimit: 1)
        let local = try await fixture.user()
        await #expect(throws: Refusal.conflict(.userLimit, "this instance may have 1 active users, and has them")) {
            try await signIn(try profile("new", "new@example.com"), fixture)
        }
        let linked = try await signIn(try profile("local", local.email.rawValue), fixture)
        #expect(linked.userID == local.id)
        let system = fixture.database.system(because: "test")
        #expect(try await system.run(.externalUser(issuer: Self.issuer, subject: "new")) == nil)
    }

    @Test func `the last administrator stays one`() async throws {
        let fixture = try AccountsFixture()
        let last = try await fixture.user(isAdmin: true)
        #expect(try await signIn(try profile("last", last.email.rawValue, group: "none"), fixture).isAdmin)
        let second = try await signIn(try profile("second", "second@example.com", group: "ops"), fixture)
        #expect(second.isAdmin)
        #expect(try await signIn(try profile("last", last.email.rawValue, group: "none"), fixture).isAdmin == false)
        #expect(try await signIn(try profile("second", "second@example.com", group: "none"), fixture).isAdmin)
    }

    @Test func `without a group nobody's rights change`() async throws {
        let fixture = try AccountsFixture()
        _ = try await fixture.user(isAdmin: true)
        let admin = try await fixture.user(isAdmin: true)
        #expect(try await signIn(try profile("admin", admin.email.rawValue), fixture).isAdmin)
    }

    @Test func `subjects of two issuers are two persons`() async throws {
        let fixture = try AccountsFixture()
        let first = try await signIn(try profile("same", "first@example.com"), fixture)
        let attempt = ExternalAttempt(target: "", isFresh: false, at: fixture.time.now(), random: SystemRandom())
        let second = try await fixture.accounts.signIn(
            try profile("same", "second@example.com"), issuer: "https://other.example.com", attempt: attempt)
        #expect(first.userID != second.userID)
    }
}
