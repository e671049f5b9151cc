import Domain
import Foundation
import Persistence
import Synchronization
import TestSupport
import Testing

@testable import Auth

@Suite(.ownDatabase, .timeLimit(.minutes(5)))
struct PasswordSignInTests {
    private func rows() async throws -> [[String?]] {
        try await TestDatabase.psql("select failures, locked_until is not null from login_failures order by failures")
    }

    @Test
    func `five wrong passwords are free, then the account waits 2, 4, 8 seconds and at most a quarter of an hour`()
        async throws
    {
        let fixture = try AccountsFixture()
        let user = try await fixture.user()
        for _ in 0..<5 { #expect(try await !fixture.signsIn(user, "wrong password")) }
        #expect(try await fixture.signsIn(user))
        for _ in 0..<6 { #expect(try await !fixture.signsIn(user, "wrong password")) }
        for seconds in [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] as [TimeInterval] {
            // The right password is no use during the lock, and a wrong one does not lengthen it.
            #expect(try await !fixture.signsIn(user))
            fixture.time.advance(by: seconds - 0.5)
            #expect(try await !fixture.signsIn(user))
            #expect(try await !fixture.signsIn(user, "wrong password"))
            fixture.time.advance(by: 0.5)
            #expect(try await !fixture.signsIn(user, "wrong password"), "\(seconds)")
        }
        fixture.time.advance(by: 900)
        #expect(try await fixture.signsIn(user))
        #expect(try await rows().isEmpty)
    }

    // By itself, after the others: its hashes keep both cores busy for half a minute, and other tests have time limits.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["DROVER_LONG_TESTS"] != nil))
    func `ten thousand wrong passwords let nobody in, and the right one does once the lock is over`() async throws {
        let fixture = try AccountsFixture()
        let user = try await fixture.user()
        // A second passes with each eight guesses.
        for _ in 0..<1250 {
            let letIn = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        try await fixture.signsIn(user, "wrong password", from: number == 0 ? "192.0.2.7" : nil)
                    }
                }
                return try await group.contains(true)
            }
            #expect(!letIn)
            fixture.time.advance(by: 1)
        }
        #expect(try await !fixture.signsIn(user))
        // One row for the account and one for the address. Of 10,000 guesses about twenty were looked at.
        let rows = try await rows()
        #expect(rows.count == 2)
        #expect(rows.compactMap { $0[0].flatMap { Int($0) } }.allSatisfy { $0 < 40 })
        fixture.time.advance(by: 900)
        #expect(try await fixture.signsIn(user))
    }

    @Test func `locks hold on another replica and after a restart`() async throws {
        let fixture = try AccountsFixture()
        let user = try await fixture.user()
        for _ in 0..<6 { #expect(try await !fixture.signsIn(user, "wrong password")) }
        let other = PasswordSignIn(database: fixture.database, hasher: fixture.hasher, time: fixture.time)
        await #expect(throws: TokenError.badCredentials) {
            try await other.signIn(
                username: user.email.rawValue, password: Secret(AccountsFixture.password), from: nil)
        }
        fixture.time.advance(by: 2)
        _ = try await other.signIn(
            username: user.email.rawValue, password: Secret(AccountsFixture.password), from: nil)
    }

    @Test func `an address that tries one password on many accounts waits, others don't, and it is forgiven in time`()
        async throws
    {
        let fixture = try AccountsFixture()
        let user = try await fixture.user()
        for number in 0..<31 {
            await #expect(throws: TokenError.badCredentials) {
                try await fixture.passwords.signIn(
                    username: "user\(number)@example.com", password: Secret("Summer2026"), from: "203.0.113.9")
            }
        }
        #expect(try await !fixture.signsIn(user, from: "203.0.113.9"))
        #expect(try await fixture.signsIn(user, from: "203.0.113.10"))
        #expect(try await fixture.signsIn(user))
        fixture.time.advance(by: 2)
        #expect(try await fixture.signsIn(user, from: "203.0.113.9"))
        // A success of one account does not clear the address: else one own account would be a way around.
        #expect(try await !fixture.signsIn(user, "wrong password", from: "203.0.113.9"))
        #expect(try await !fixture.signsIn(user, from: "203.0.113.9"))
        fixture.time.advance(by: 1800)
        for _ in 0..<3 { #expect(try await !fixture.signsIn(user, "wrong password", from: "203.0.113.9")) }
        #expect(try await fixture.signsIn(user, from: "203.0.113.9"))
    }

    @Test func `all addresses of one IPv6 network count as one`() {
        let one = LoginSubject.address("2001:db8:1:2::1")
        #expect(one == LoginSubject.address("2001:db8:1:2:ffff::9"))
        #expect(one != LoginSubject.address("2001:db8:1:3::1"))
        #expect(LoginSubject.address("192.0.2.1") != LoginSubject.address("192.0.2.2"))
        #expect(LoginSubject.address("192.0.2.1") == LoginSubject.address("::ffff:c000:201"))
        #expect(LoginSubject.address("::ffff:c000:202") != LoginSubject.address("::ffff:c000:201"))
    }

    /// Tells one time after the other.
    private final class Times: TimeSource {
        private let times: Mutex<[Date]>
        init(_ times: [Date]) { self.times = Mutex(times) }
        func now() -> Date { times.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }
    }

    @Test func `a right guess that was under way when others locked the account is refused`() async throws {
        let fixture = try AccountsFixture()
        let user = try await fixture.user()
        for _ in 0..<6 { #expect(try await !fixture.signsIn(user, "wrong password")) }
        // No lock when it begins, one when the hash is there.
        let times = Times([fixture.time.now() + 3, fixture.time.now() + 1])
        let passwords = PasswordSignIn(database: fixture.database, hasher: fixture.hasher, time: times)
        await #expect(throws: TokenError.badCredentials) {
            try await passwords.signIn(
                username: user.email.rawValue, password: Secret(AccountsFixture.password), from: nil)
        }
        #expect(try await rows() == [["6", "t"]])
        // It stands in the audit, after those that were wrong.
        let noted = try await TestDatabase.psql(
            "select code, sum(repeats) from audit_events where action = 'sign_in.refuse' group by code order by code")
        #expect(noted == [["bad_credentials", "5"], ["locked", "2"]])
    }

    @Test func `an unknown user costs what a known one costs, in rows and in hashes`() async throws {
        let fixture = try AccountsFixture()
        let user = try await fixture.user()
        for name in [user.email.rawValue, "nobody@example.com", "no address", "\u{212A}im@example.com"] {
            await #expect(throws: TokenError.badCredentials) {
                try await fixture.passwords.signIn(username: name, password: Secret("wrong password"), from: nil)
            }
        }
        #expect(try await rows().count == 4)
    }

    @Test func `a user name in other case is the same account; a look-alike of another script is not`() async throws {
        let fixture = try AccountsFixture()
        let email = try Email("kim-\(SystemRandom().uuid().text)@example.com")
        let user = try await fixture.accounts.create(
            email: email, name: "Kim", password: try Password(Secret(AccountsFixture.password)), isAdmin: false)
        let shouted = try await fixture.passwords.signIn(
            username: email.rawValue.uppercased(), password: Secret(AccountsFixture.password), from: nil)
        #expect(shouted.userID == user.id)
        // KELVIN SIGN, whose lower case is a plain k.
        await #expect(throws: TokenError.badCredentials) {
            try await fixture.passwords.signIn(
                username: "\u{212A}" + email.rawValue.dropFirst(), password: Secret(AccountsFixture.password), from: nil
            )
        }
    }

    @Test func `guesses at the current password wait, too, and lock nobody out of signing in`() async throws {
        let fixture = try AccountsFixture()
        let user = try await fixture.user()
        for _ in 0..<6 { #expect(try await fixture.passwords.confirm(Secret("wrong password"), of: user) == nil) }
        #expect(try await fixture.passwords.confirm(Secret(AccountsFixture.password), of: user) == nil)
        #expect(try await fixture.signsIn(user))
        fixture.time.advance(by: 2)
        #expect(try await fixture.passwords.confirm(Secret(AccountsFixture.password), of: user) != nil)
    }
}
