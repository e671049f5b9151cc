import Domain
import Persistence
import TestSupport
import Testing

@testable import Auth

/// What happened between a check and the write that rests on it.
@Suite(.ownDatabase, .timeLimit(.minutes(4)))
struct AccountRacesTests {
    private let fixture: AccountsFixture
    private let admin: User
    private let user: User
    private let new: Password

    init() async throws {
        fixture = try AccountsFixture()
        admin = try await fixture.user(isAdmin: true)
        user = try await fixture.user()
        new = try Password(Secret("a password of my own"))
    }

    private func confirmed() async throws -> ConfirmedPassword {
        try #require(try await fixture.passwords.confirm(Secret(AccountsFixture.password), of: user))
    }

    @Test func `a reset after the confirmation is not undone by the change`() async throws {
        let confirmed = try await confirmed()
        let link = try await fixture.accounts.resetPassword(of: user.id, by: fixture.principal(admin))
        await #expect(throws: Refusal.self) {
            try await fixture.accounts.setPassword(new, of: fixture.principal(user), confirmed: confirmed)
        }
        #expect(try await !fixture.signsIn(user, "a password of my own"))
        // The link that the administrator handed out still works.
        _ = try await fixture.accounts.accept(link.token, password: try Password(Secret("by the link")))
        #expect(try await fixture.signsIn(user, "by the link"))
    }

    @Test func `of two changes that were confirmed with one password the first counts`() async throws {
        let (first, second) = (try await confirmed(), try await confirmed())
        try await fixture.accounts.setPassword(new, of: fixture.principal(user), confirmed: first)
        await #expect(throws: Refusal.self) {
            try await fixture.accounts.setPassword(
                try Password(Secret("the other one")), of: fixture.principal(user), confirmed: second)
        }
        #expect(try await fixture.signsIn(user, "a password of my own"))
    }

    @Test(arguments: ["update users set is_admin = false", "update users set active = false"])
    func `an administrator who has just lost the right adds nobody`(change: String) async throws {
        let principal = fixture.principal(admin)
        try await TestDatabase.psql("\(change) where id = '\(admin.id)'")
        let forbidden = Refusal.forbidden("only an administrator may do this")
        let email = try Email("late@example.com")
        await #expect(throws: forbidden) {
            _ = try await fixture.accounts.create(
                email: email, name: "Late", password: new, isAdmin: true, by: principal.auditActor)
        }
        await #expect(throws: forbidden) {
            _ = try await fixture.accounts.invite(email: email, name: "Late", isAdmin: true, by: principal)
        }
        #expect(try await TestDatabase.psql("select count(*) from users where email = 'late@example.com'") == [["0"]])
    }

    @Test(arguments: ["", String(repeating: "x", count: 513), "with\u{0}zero"])
    func `what can't be a password costs no hash and does not count as a guess`(text: String) async throws {
        for _ in 0..<10 {
            #expect(try await !fixture.signsIn(user, text, from: "203.0.113.7"))
            #expect(try await fixture.passwords.confirm(Secret(text), of: user) == nil)
        }
        #expect(try await TestDatabase.psql("select count(*) from login_failures") == [["0"]])
        #expect(try await fixture.signsIn(user, from: "203.0.113.7"))
    }
}
