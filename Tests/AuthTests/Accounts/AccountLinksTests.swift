import Domain
import Foundation
import Persistence
import TestSupport
import Testing

@testable import Auth

@Suite(.database, .timeLimit(.minutes(4)))
struct AccountLinksTests {
    private let fixture: AccountsFixture
    private let new: Password

    init() throws {
        fixture = try AccountsFixture()
        new = try Password(Secret("a new password"))
    }

    private func invited() async throws -> (user: User, link: AccountLink) {
        let admin = try await fixture.user(isAdmin: true)
        return try await fixture.accounts.invite(
            email: try Email("\(SystemRandom().uuid().text)@example.com"), name: "Grace", isAdmin: false,
            by: fixture.principal(admin))
    }

    @Test func `an invitation sets the first password, once, and of racing holders one wins`() async throws {
        let (user, link) = try await invited()
        let won = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { (try? await fixture.accounts.accept(link.token, password: new)) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(won == 1)
        #expect(try await fixture.signsIn(user, "a new password"))
        await #expect(throws: Accounts.badLink) { try await fixture.accounts.accept(link.token, password: new) }
    }

    @Test func `an invitation ends after seven days, a reset after one`() async throws {
        let (user, invitation) = try await invited()
        fixture.time.advance(by: 7 * 86_400)
        await #expect(throws: Accounts.badLink) { try await fixture.accounts.accept(invitation.token, password: new) }
        let admin = try await fixture.user(isAdmin: true)
        let reset = try await fixture.accounts.resetPassword(of: user.id, by: fixture.principal(admin))
        fixture.time.advance(by: 86_399)
        _ = try await fixture.accounts.accept(reset.token, password: new)
        let late = try await fixture.accounts.resetPassword(of: user.id, by: fixture.principal(admin))
        fixture.time.advance(by: 86_400)
        await #expect(throws: Accounts.badLink) { try await fixture.accounts.accept(late.token, password: new) }
    }

    @Test func `a reset takes the old password and all sessions at once, and only the newest link works`() async throws
    {
        let admin = try await fixture.user(isAdmin: true)
        let user = try await fixture.user()
        let session = try await fixture.session(of: user)
        let first = try await fixture.accounts.resetPassword(of: user.id, by: fixture.principal(admin))
        #expect(try await fixture.isRevoked(session))
        #expect(try await !fixture.signsIn(user))
        let second = try await fixture.accounts.resetPassword(of: user.id, by: fixture.principal(admin))
        await #expect(throws: Accounts.badLink) { try await fixture.accounts.accept(first.token, password: new) }
        let accepted = try await fixture.accounts.accept(second.token, password: new)
        #expect(accepted.id == user.id && accepted.tokensNotBefore == fixture.time.now())
        // The wrong guess above is forgotten with the old password.
        #expect(try await fixture.signsIn(user, "a new password"))
    }

    @Test func `only administrators reset, and a deactivated user has nothing to reset`() async throws {
        let admin = try await fixture.user(isAdmin: true)
        let user = try await fixture.user()
        await #expect(throws: Refusal.self) {
            try await fixture.accounts.resetPassword(of: admin.id, by: fixture.principal(user))
        }
        _ = try await fixture.accounts.change(
            user.id, AccountChange(active: false), ifRevision: nil, by: fixture.principal(admin))
        await #expect(throws: Refusal.notFound(.user)) {
            try await fixture.accounts.resetPassword(of: user.id, by: fixture.principal(admin))
        }
    }

    @Test func `a new password ends all sessions and the links under way`() async throws {
        let user = try await fixture.user()
        let session = try await fixture.session(of: user)
        let confirmed = try #require(
            try await fixture.passwords.confirm(Secret(AccountsFixture.password), of: user))
        try await fixture.accounts.setPassword(new, of: fixture.principal(user), confirmed: confirmed)
        #expect(try await fixture.isRevoked(session))
        #expect(try await fixture.current(user)?.tokensNotBefore == fixture.time.now())
        #expect(try await !fixture.signsIn(user))
        #expect(try await fixture.signsIn(user, "a new password"))
    }

    @Test func `a link prints without its token and is stored as a hash alone`() async throws {
        let (user, link) = try await invited()
        let secret = link.token.text.reveal()
        #expect(!SecrecyTests.printed(link).contains(secret.dropFirst(4)))
        let rows = try await TestDatabase.psql(
            "select account_links::text from account_links where user_id = '\(user.id)'")
        #expect(rows.count == 1)
        #expect(rows.allSatisfy { !($0[0] ?? "").contains(secret.dropFirst(4)) })
        #expect(OpaqueToken(secret, kind: .refresh) == nil)
    }
}
