import Domain
import FoundationEssentials
import Persistence
import TestSupport
import Testing

@testable import Auth

/// Whatever makes and ends sign-ins and tokens of one user, all at once: nothing of it waits for each other in a circle.
@Suite(
    .ownDatabase(configure: {
        $0.waitLimit = .seconds(40)
        $0.leaseQueueLimit = 2000
    }), .timeLimit(.minutes(4)))
struct LockOrderTests {
    private let fixture: SessionFixture
    private let inspection: TokenInspection
    private let admin: User

    init() async throws {
        let fixture = try await SessionFixture()
        self.fixture = fixture
        admin = try await fixture.accounts.user(isAdmin: true)
        let signIns = fixture.signIns
        let authenticator = Authenticator(tokens: fixture.tokens, time: fixture.time) {
            try await signIns.account($0)
        }
        inspection = TokenInspection(
            database: fixture.accounts.database, tokens: fixture.tokens, authenticator: authenticator,
            time: fixture.time)
    }

    /// A user with everything that can be ended.
    private struct Target: Sendable {
        let user: User
        let browser: BrowserSession
        let usedCode: String
        let code: String
        /// Made from the browser session.
        let child: TokenResponse
        /// Used up by `second`.
        let first: TokenResponse
        let second: TokenResponse
        let link: OpaqueToken
        let confirmed: ConfirmedPassword
        let account: UserID
    }

    private func target() async throws -> Target {
        let user = try await fixture.accounts.user()
        let browser = try await fixture.browser(user)
        let usedCode = try await CodeGrantTests.issue(browser, fixture)
        let child = try await CodeGrantTests.exchange(usedCode, fixture)
        let first = try await fixture.signIn(user)
        let account = try await serviceAccount(of: browser.principal)
        for owner in [user.id, account] { try await mint(for: owner, by: browser.principal) }
        let confirmed = try await fixture.accounts.passwords.confirm(Secret(AccountsFixture.password), of: user)
        return Target(
            user: user, browser: browser, usedCode: usedCode, code: try await CodeGrantTests.issue(browser, fixture),
            child: child, first: first, second: try await fixture.refresh(first.refreshToken.reveal()),
            link: try await link(of: user), confirmed: try #require(confirmed), account: account)
    }

    private func link(of user: User) async throws -> OpaqueToken {
        let link = OpaqueToken(.accountLink, random: SystemRandom())
        let now = fixture.time.now()
        _ = try await fixture.accounts.database.system(because: "test").run(
            .insertAccountLink(link.digest, for: user.id, .reset, by: admin.id, at: now, expiresAt: now + 3600))
        return link
    }

    private func serviceAccount(of owner: Principal) async throws -> UserID {
        let database = fixture.accounts.database
        let listed = try await database.run(.workspaces(archived: nil, after: nil, limit: 1), as: owner)
        let workspace = try #require(listed.first?.id)
        let made = try await database.run(
            .createServiceAccount(
                SystemRandom().id(), ServiceAccountName(unchecked: "ci"), in: workspace, at: fixture.time.now()),
            as: owner)
        return try #require(made)
    }

    private func mint(for account: UserID, by principal: Principal) async throws {
        let random = SystemRandom()
        let now = fixture.time.now()
        let token = APIToken(
            id: random.id(), userID: account, name: "n", hint: "drp_abcd", access: .read, workspaces: nil,
            createdBy: principal.userID, createdAt: now, expiresAt: nil)
        let secret = Digest(hashing: random.bytes(32))
        try await fixture.accounts.database.write(as: principal) { tx in
            guard try tx.run(.holdForToken(account, signIn: principal.sessionID, at: now)) == .held else { return }
            _ = try tx.run(.insertAPIToken(token, secret))
        }
    }

    private func revoke(_ token: String) async throws {
        try await inspection.revoke(formBody: Array("client_id=sdk-client&token=\(token)".utf8))
    }

    private typealias Act = @Sendable () async throws -> Void

    /// What programs and people do with their sign-ins.
    private func uses(of target: Target) -> [Act] {
        [
            { _ = try await fixture.refresh(target.child.refreshToken.reveal()) },
            { _ = try await fixture.refresh(target.second.refreshToken.reveal()) },
            { _ = try await fixture.refresh(target.first.refreshToken.reveal()) },
            { _ = try await CodeGrantTests.exchange(target.code, fixture) },
            { _ = try await CodeGrantTests.exchange(target.usedCode, fixture) },
            { _ = try await fixture.signIn(target.user) },
            { _ = try await fixture.signIns.open(Account(target.user), from: SessionFixture.origin) },
            { try await mint(for: target.user.id, by: target.browser.principal) },
            { try await mint(for: target.account, by: target.browser.principal) },
        ]
    }

    /// What ends them.
    private func ends(of target: Target) -> [Act] {
        let (accounts, root) = (fixture.accounts.accounts, fixture.accounts.principal(admin))
        let principal = target.browser.principal
        return [
            { try await revoke(target.child.refreshToken.reveal()) },
            { try await revoke(target.second.accessToken.reveal()) },
            { _ = try await fixture.signIns.end(principal.sessionID, as: principal) },
            { _ = try await fixture.signIns.end(target.child.sessionState, as: principal) },
            { _ = try await accounts.resetPassword(of: target.user.id, by: root) },
            { _ = try await accounts.accept(target.link, password: try Password(Secret("by the link"))) },
            {
                let new = try Password(Secret("a password of my own"))
                try await accounts.setPassword(new, of: principal, confirmed: target.confirmed)
            },
            { _ = try await accounts.change(target.user.id, AccountChange(active: false), ifRevision: nil, by: root) },
            { _ = try await accounts.change(target.account, AccountChange(active: false), ifRevision: nil, by: root) },
        ]
    }

    /// Makes every connection of the pool report what it has counted. The pool tries again after a deadlock, so none
    /// would be seen otherwise.
    private func reportStatistics() async throws {
        let system = fixture.accounts.database.system(because: "test")
        let report = Query<Int>.execute("test.report", "select pg_stat_force_next_flush()")
        let slowly = Query<Int>.execute("test.report_slowly", "select pg_stat_force_next_flush(), pg_sleep(0.1)")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<64 { group.addTask { _ = try await system.write { tx in try tx.run(slowly) } } }
            for _ in 0..<64 { group.addTask { _ = try await system.run(report) } }
            try await group.waitForAll()
        }
    }

    @Test func `resets, refreshes, revocations and new tokens never wait for each other in a circle`() async throws {
        for _ in 0..<25 {
            var targets: [Target] = []
            for _ in 0..<2 { targets.append(try await target()) }
            await withTaskGroup(of: Void.self) { group in
                for target in targets {
                    for act in (uses(of: target) + ends(of: target)).shuffled() {
                        group.addTask {
                            do { try await act() } catch {
                                // A refusal says that another one came first; anything else is a fault.
                                #expect(error is Refusal || error is TokenError, "\(error)")
                            }
                        }
                    }
                }
            }
        }
        try await reportStatistics()
        let deadlocks = try await TestDatabase.psql(
            "select deadlocks from pg_stat_database where datname = current_database()")
        #expect(deadlocks == [["0"]])
    }

    /// Sign-ins of a user, half of them made from the others, each with its refresh token; and links.
    private func many(of user: User) async throws -> [(signIn: SignInRecord, token: OpaqueToken, link: OpaqueToken)] {
        let (random, now, admin) = (SystemRandom(), fixture.time.now(), admin.id)
        var made: [(signIn: SignInRecord, token: OpaqueToken, link: OpaqueToken)] = []
        for number in 0..<24 {
            let signIn = SignInRecord(
                id: random.uuid(), userID: user.id, parentID: number < 12 ? nil : made[23 - number].signIn.id,
                kind: .code, clientID: "sdk-client", agent: "", address: "", createdAt: now, expiresAt: now + 3600)
            made.append(
                (signIn, OpaqueToken(.refresh, random: random), OpaqueToken(.accountLink, random: random)))
        }
        try await fixture.accounts.database.system(because: "test").write { [made] tx in
            for (signIn, token, link) in made {
                _ = try tx.run(.insertSignIn(signIn, limit: 200))
                _ = try tx.run(
                    .insertRefreshToken(
                        sha256: token.digest.bytes, family: signIn.id, user: user.id, clientID: "sdk-client", at: now,
                        expiresAt: signIn.expiresAt))
                _ = try tx.run(
                    .insertAccountLink(link.digest, for: user.id, .reset, by: admin, at: now, expiresAt: now + 3600))
            }
        }
        return made
    }

    @Test func `many sign-ins are ended one by one and all together without a circle`() async throws {
        let accounts = fixture.accounts.accounts
        let root = fixture.accounts.principal(admin)
        for _ in 0..<20 {
            let user = try await fixture.accounts.user()
            let principal = fixture.accounts.principal(user)
            let made = try await many(of: user)
            var acts: [Act] = made.flatMap { signIn, token, _ -> [Act] in
                [
                    { try await revoke(token.text.reveal()) },
                    { _ = try await fixture.signIns.end(signIn.id, as: principal) },
                ]
            }
            for (_, _, link) in made.prefix(4) {
                acts.append {
                    _ = try await accounts.accept(link, password: try Password(Secret("by the link")))
                }
            }
            acts.shuffle()
            acts.insert({ _ = try await accounts.resetPassword(of: user.id, by: root) }, at: acts.count / 4)
            await withTaskGroup(of: Void.self) { group in
                for act in acts {
                    group.addTask {
                        do { try await act() } catch {
                            #expect(error is Refusal || error is TokenError, "\(error)")
                        }
                    }
                }
            }
        }
        try await reportStatistics()
        let deadlocks = try await TestDatabase.psql(
            "select deadlocks from pg_stat_database where datname = current_database()")
        #expect(deadlocks == [["0"]])
    }
}
