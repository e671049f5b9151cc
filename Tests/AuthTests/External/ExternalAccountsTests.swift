import Domain
import FoundationEssentials
import Persistence
import TestSupport
import Testing

@testable import Auth

/// Who comes in through another provider, in the database.
@Suite(.ownDatabase, .timeLimit(.minutes(4)))
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
        try await fixture.accounts.signIn(profile, issuer: Self.issuer)
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
        let attempt = ExternalAttempt(target: "", proof: .any, at: fixture.time.now(), random: SystemRandom())
        let successes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { (try? await fixture.accounts.useAttempt(attempt)) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(successes == 1)
        await #expect(throws: ExternalError.refused(.replayed)) { try await fixture.accounts.useAttempt(attempt) }
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
        let second = try await fixture.accounts.signIn(
            try profile("same", "second@example.com"), issuer: "https://other.example.com")
        #expect(first.userID != second.userID)
    }

    private func links(_ user: UserID, _ principal: Principal, _ fixture: AccountsFixture) async throws
        -> [ExternalIdentity]
    {
        try await fixture.accounts.identities(of: user, after: nil, limit: 10, by: principal)
    }

    @Test func `a link is removed once, by its person or an administrator, and all sessions end with it`() async throws
    {
        let fixture = try AccountsFixture()
        let (person, admin, stranger) = (
            try await fixture.user(), try await fixture.user(isAdmin: true), try await fixture.user()
        )
        for remover in [person, admin] {
            _ = try await signIn(try profile("linked", person.email.rawValue), fixture)
            let session = try await fixture.session(of: person)
            let link = try #require(try await links(person.id, fixture.principal(remover), fixture).first)
            #expect(link.subject == "linked" && link.issuer == Self.issuer && link.userID == person.id)
            await #expect(throws: Refusal.forbidden("only an administrator may do this")) {
                try await fixture.accounts.unlink(link.id, of: person.id, by: fixture.principal(stranger))
            }
            // Under somebody else's path it is not there.
            await #expect(throws: Refusal.notFound(.identity)) {
                try await fixture.accounts.unlink(link.id, of: stranger.id, by: fixture.principal(stranger))
            }
            try await fixture.accounts.unlink(link.id, of: person.id, by: fixture.principal(remover))
            #expect(try await fixture.isRevoked(session))
            await #expect(throws: Refusal.notFound(.identity)) {
                try await fixture.accounts.unlink(link.id, of: person.id, by: fixture.principal(remover))
            }
            #expect(try await links(person.id, fixture.principal(remover), fixture).isEmpty)
            fixture.time.advance(by: 1)
        }
    }

    @Test func `who has no password keeps the only way in, and an administrator may take it`() async throws {
        let fixture = try AccountsFixture()
        let admin = try await fixture.user(isAdmin: true)
        let made = try await signIn(try profile("made", "made@example.com"), fixture)
        let person = try #require(try await fixture.database.system(because: "test").run(.user(made.userID)))
        let link = try #require(try await links(person.id, fixture.principal(person), fixture).first)
        let refusal = await #expect(throws: Refusal.self) {
            try await fixture.accounts.unlink(link.id, of: person.id, by: fixture.principal(person))
        }
        guard case .conflict(.externalAccount, _) = refusal else {
            Issue.record("refused with \(String(describing: refusal))")
            return
        }
        #expect(try await links(person.id, fixture.principal(person), fixture).count == 1)
        try await fixture.accounts.unlink(link.id, of: person.id, by: fixture.principal(admin))
        #expect(try await links(person.id, fixture.principal(admin), fixture).isEmpty)
        _ = try await fixture.accounts.resetPassword(of: person.id, by: fixture.principal(admin))
    }

    @Test func `an administrator who is one no longer removes nobody's link`() async throws {
        let fixture = try AccountsFixture()
        let (person, former) = (try await fixture.user(), try await fixture.user())
        _ = try await signIn(try profile("kept", person.email.rawValue), fixture)
        let stale = Principal(userID: former.id, email: former.email, isAdmin: true, sessionID: SystemRandom().uuid())
        let link = try #require(try await links(person.id, fixture.principal(person), fixture).first)
        await #expect(throws: Refusal.forbidden("only an administrator may do this")) {
            try await fixture.accounts.unlink(link.id, of: person.id, by: stale)
        }
    }
}
