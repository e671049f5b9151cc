import Domain
import Foundation
import Persistence
import TestSupport
import Testing

@testable import Auth

@Suite(.ownDatabase, .timeLimit(.minutes(4)))
struct AccountChangesTests {
    private let deactivated = AccountChange(active: false)

    /// How many of the calls were refused with this, the others having succeeded.
    private func refusals(
        _ conflict: Refusal.Conflict, _ calls: [@Sendable () async throws -> Void]
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for call in calls {
                group.addTask {
                    do {
                        try await call()
                        return 0
                    } catch Refusal.conflict(conflict, _) {
                        return 1
                    }
                }
            }
            return try await group.reduce(0, +)
        }
    }

    @Test(.proves("USER-04")) func `a deactivation ends sessions and links, and an activation brings none back`()
        async throws
    {
        let fixture = try AccountsFixture()
        let admin = try await fixture.user(isAdmin: true)
        let user = try await fixture.user()
        let session = try await fixture.session(of: user)
        let link = try await fixture.accounts.resetPassword(of: user.id, by: fixture.principal(admin))
        fixture.time.advance(by: 10)
        let off = try await fixture.accounts.change(
            user.id, deactivated, ifRevision: nil, by: fixture.principal(admin))
        #expect(!off.active && off.tokensNotBefore == fixture.time.now())
        #expect(try await fixture.isRevoked(session))
        let on = try await fixture.accounts.change(
            user.id, AccountChange(active: true), ifRevision: off.revision, by: fixture.principal(admin))
        #expect(on.active && on.tokensNotBefore == off.tokensNotBefore)
        #expect(try await fixture.isRevoked(session))
        await #expect(throws: Accounts.badLink) {
            try await fixture.accounts.accept(link.token, password: try Password(Secret("another password")))
        }
    }

    @Test func `nobody deactivates themselves, and a member changes nothing but their own name`() async throws {
        let fixture = try AccountsFixture()
        let admin = try await fixture.user(isAdmin: true)
        let member = try await fixture.user()
        let change = { (id: UserID, change: AccountChange, caller: User) in
            try await fixture.accounts.change(id, change, ifRevision: nil, by: fixture.principal(caller))
        }
        await #expect(throws: Refusal.conflict(.ownAccount, "nobody can deactivate their own account")) {
            _ = try await change(admin.id, AccountChange(active: false), admin)
        }
        #expect(try await change(member.id, AccountChange(name: "Grace"), member).name == "Grace")
        for (id, forbidden) in [
            (member.id, AccountChange(active: false)), (member.id, AccountChange(isAdmin: true)),
            (member.id, AccountChange(name: "Grace", active: true)), (admin.id, AccountChange(name: "Eve")),
        ] {
            await #expect(throws: Refusal.self) { _ = try await change(id, forbidden, member) }
        }
        #expect(try await fixture.current(admin)?.name == "Ada")
        #expect(try await fixture.current(member)?.isAdmin == false)
    }

    @Test func `two administrators who deactivate each other at the same time leave one`() async throws {
        let fixture = try AccountsFixture()
        for round in 0..<8 {
            let pair = [try await fixture.user(isAdmin: true), try await fixture.user(isAdmin: true)]
            let change = round.isMultiple(of: 2) ? deactivated : AccountChange(isAdmin: false)
            await withTaskGroup(of: Void.self) { group in
                for (caller, target) in [(pair[0], pair[1]), (pair[1], pair[0])] {
                    group.addTask {
                        _ = try? await fixture.accounts.change(
                            target.id, change, ifRevision: nil, by: fixture.principal(caller))
                    }
                }
            }
            let states = try await [fixture.current(pair[0]), fixture.current(pair[1])]
            let left = states.compactMap { $0 }.filter { $0.active && $0.isAdmin }
            #expect(left.count == 1)
            let last = try #require(left.first)
            // The last one can't be demoted, by themselves either.
            await #expect(throws: Refusal.conflict(.lastAdmin, Self.lastAdmin)) {
                try await fixture.accounts.change(
                    last.id, AccountChange(isAdmin: false), ifRevision: nil, by: fixture.principal(last))
            }
            try await TestDatabase.psql("update users set is_admin = false")
        }
    }

    private static let lastAdmin = "there must be an active administrator; make somebody else one first"

    @Test(.proves("USER-05", "USER-06"))
    func `of twenty users made or activated at once only as many become active as there is room for`() async throws {
        let fixture = try AccountsFixture(activeLimit: 5)
        let admin = try await fixture.user(isAdmin: true)
        let principal = fixture.principal(admin)
        let idle = try await [fixture.user(), fixture.user()]
        for user in idle {
            _ = try await fixture.accounts.change(user.id, deactivated, ifRevision: nil, by: principal)
        }
        // One of five places is taken: deactivated users don't count.
        var calls: [@Sendable () async throws -> Void] = []
        for _ in 0..<18 { calls.append { _ = try await fixture.user() } }
        for user in idle {
            calls.append {
                _ = try await fixture.accounts.change(
                    user.id, AccountChange(active: true), ifRevision: nil, by: principal)
            }
        }
        #expect(try await refusals(.userLimit, calls) == 16)
        #expect(try await TestDatabase.psql("select count(*) from users where active") == [["5"]])
        // To be active already takes no place, and a place that is given back can be taken.
        _ = try await fixture.accounts.change(
            admin.id, AccountChange(active: true), ifRevision: nil, by: principal)
    }

    @Test func `a change names the revision that it is based on`() async throws {
        let fixture = try AccountsFixture()
        let admin = try await fixture.user(isAdmin: true)
        let principal = fixture.principal(admin)
        _ = try await fixture.accounts.change(admin.id, AccountChange(name: "A"), ifRevision: 1, by: principal)
        await #expect(throws: Refusal.stale) {
            try await fixture.accounts.change(admin.id, AccountChange(name: "B"), ifRevision: 1, by: principal)
        }
    }

    @Test func `a session that begins while its user is deactivated does not survive`() async throws {
        let fixture = try AccountsFixture()
        let admin = try await fixture.user(isAdmin: true)
        let tokens = try await TokenFixture().tokens
        let sessions = Sessions(
            database: fixture.database, passwords: fixture.passwords, tokens: tokens, time: fixture.time,
            random: SystemRandom())
        for _ in 0..<10 {
            let user = try await fixture.user()
            let form =
                "grant_type=password&client_id=sdk-client&username=\(user.email)&password=correct%20horse%20battery"
            let request = try TokenRequest(formBody: Array(form.utf8))
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { _ = try? await sessions.token(for: request) } }
                group.addTask {
                    _ = try? await fixture.accounts.change(
                        user.id, deactivated, ifRevision: nil, by: fixture.principal(admin))
                }
            }
            let live = try await TestDatabase.psql(
                "select count(*) from refresh_tokens where user_id = '\(user.id)' and revoked_at is null")
            #expect(live == [["0"]])
        }
    }
}
