import Domain
import Foundation
import Persistence
import Synchronization
import TestSupport
import Testing

@testable import Auth
@testable import ControlPlane

/// What a token's making rests on, and how many there may be.
@Suite(.ownDatabase, .timeLimit(.minutes(4)))
struct TokenMakingTests {
    /// Somebody who owns a workspace with a service account, and an administrator.
    private struct People: Sendable {
        let server: TestServer
        let admin: Principal
        let owner: Principal
        let workspace: WorkspaceID
        let account: UserID

        func make(_ owner: APITokens.Owner, by principal: Principal? = nil) async throws -> APITokens.Made {
            try await server.services.apiTokens.create(
                APITokens.Request(name: "t", access: .write, workspaces: nil, expiresAt: nil), for: owner,
                by: principal ?? self.owner)
        }

        var owners: [APITokens.Owner] { [.caller, .serviceAccount(account)] }
    }

    private func with(_ body: (People) async throws -> Void) async throws {
        try await TestServer.with { server in
            let admin = try await principal(server, TestServer.email)
            let email = "ada@example.com"
            _ = try await server.services.users.create(
                email: try Email(email), name: "Ada", password: try Password(Secret(TestServer.password)),
                isAdmin: false, by: admin)
            let owner = try await principal(server, email)
            let workspace = try await server.services.workspaces.create(named: try WorkspaceName("lab"), by: owner).id
            let account = try await server.services.serviceAccounts.create(
                try ServiceAccountName("ci"), in: workspace, by: owner)
            try await body(
                People(server: server, admin: admin, owner: owner, workspace: workspace, account: account.id))
        }
    }

    private func principal(_ server: TestServer, _ email: String) async throws -> Principal {
        let body = "grant_type=password&client_id=sdk-client&username=\(email)&password=correct%20horse%20battery"
        let answer = try await server.services.sessions.token(for: try TokenRequest(formBody: Array(body.utf8)))
        return try await server.services.authenticator.principal(bearer: answer.accessToken.reveal())
    }

    private func live() async throws -> [[String?]] {
        try await TestDatabase.psql("select count(*) from api_tokens where revoked_at is null")
    }

    /// What comes between the check of an access token and the transaction of the request.
    enum Ending: CaseIterable { case reset, deactivation, signOut, expiry }

    @Test(arguments: Ending.allCases)
    func `a request that outlasts its sign-in makes no token`(ending: Ending) async throws {
        try await with { people in
            let services = people.server.services
            switch ending {
            case .reset: _ = try await services.users.resetPassword(of: people.owner.userID, by: people.admin)
            case .deactivation:
                _ = try await services.users.update(
                    people.owner.userID, AccountChange(active: false), ifRevision: nil, by: people.admin)
            case .signOut:
                _ = try await TestDatabase.psql(
                    "update sign_ins set revoked_at = now() where id = '\(people.owner.sessionID)'")
            case .expiry:
                _ = try await TestDatabase.psql(
                    "update sign_ins set expires_at = now() where id = '\(people.owner.sessionID)'")
            }
            let refusal = Refusal.unauthenticated("this sign-in was ended while the token was being made")
            for owner in people.owners {
                await #expect(throws: refusal) { _ = try await people.make(owner) }
            }
            #expect(try await live() == [["0"]])
        }
    }

    @Test func `who did not sign in here makes no token, and a token makes none`() async throws {
        try await with { people in
            // As another provider's access token says who somebody is: no sign-in of ours belongs to it.
            let foreign = Principal(
                userID: people.owner.userID, email: people.owner.email, isAdmin: false,
                sessionID: SystemRandom().uuid())
            let another = Principal(
                userID: people.owner.userID, email: people.owner.email, isAdmin: false,
                sessionID: people.admin.sessionID)
            for principal in [foreign, another] {
                for owner in people.owners {
                    await #expect(throws: Refusal.forbidden("making a token takes a sign-in at this server")) {
                        _ = try await people.make(owner, by: principal)
                    }
                }
            }
            let secret = try await people.make(.caller).secret.text.reveal()
            let bearer = try await people.server.services.authenticator.principal(bearer: secret)
            await #expect(throws: Refusal.forbidden("a token can't do this; sign in")) {
                _ = try await people.make(.caller, by: bearer)
            }
            // Nor does the database let it.
            let hold = Query<TokenHold>.holdForToken(
                bearer.userID, signIn: people.owner.sessionID, at: people.server.services.time.now())
            #expect(try await TestDatabase.current.run(hold, as: bearer) == .foreign)
            #expect(try await TestDatabase.current.run(hold, as: people.admin) == .foreign)
            #expect(try await TestDatabase.current.run(.lockOwnAccount(), as: bearer) == nil)
            #expect(try await TestDatabase.current.run(.lockOwnAccount(), as: people.owner) == true)
        }
    }

    @Test(arguments: [false, true])
    func `a reset waits for a token that is being made, and ends it`(isForServiceAccount: Bool) async throws {
        try await with { people in
            let isOpen = Latch()
            let now = people.server.services.time.now()
            let account = isForServiceAccount ? people.account : people.owner.userID
            let token = APIToken(
                id: SystemRandom().id(), userID: account, name: "n", hint: "h", access: .read, workspaces: nil,
                createdBy: people.owner.userID, createdAt: now, expiresAt: nil)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await TestDatabase.current.write(as: people.owner) { tx in
                        #expect(
                            try tx.run(.holdForToken(account, signIn: people.owner.sessionID, at: now)) == .held)
                        isOpen.store("held")
                        while isOpen.value != "open" { _ = try tx.run(Query<Int>.execute("test.spin", "select 1")) }
                        _ = try tx.run(.insertAPIToken(token, Digest(hashing: [1])))
                    }
                }
                while isOpen.value != "held" { await Task.yield() }
                group.addTask {
                    _ = try await people.server.services.users.resetPassword(of: people.owner.userID, by: people.admin)
                    isOpen.store("open")
                }
                while isOpen.value != "open", try await waiting() == 0 {}
                isOpen.store("open")
                try await group.waitForAll()
            }
            let rows = try await TestDatabase.psql("select revoked_at is not null from api_tokens")
            #expect(rows == [["t"]])
        }
    }

    /// How many locks somebody waits for.
    private func waiting() async throws -> Int {
        let found = try await TestDatabase.psql(
            """
            select count(*) from pg_locks l join pg_stat_activity a using (pid)
            where a.datname = current_database() and not l.granted
            """)
        return found.first?.first.flatMap { $0 }.flatMap { Int($0) } ?? 0
    }

    @Test func `an account has 200 live tokens, however many ask at once`() async throws {
        try await with { people in
            for owner in people.owners {
                let user = if case .serviceAccount(let id) = owner { id } else { people.owner.userID }
                try await TestDatabase.psql(
                    """
                    insert into api_tokens (id, token_sha256, hint, user_id, name, access, created_by, created_at,
                        expires_at, revoked_at)
                    select gen_random_uuid(), sha256(('\(user)' || n)::bytea), 'h', '\(user)', 'n', 'read',
                        '\(people.owner.userID)', now(), case when n > 250 then now() end,
                        case when n between 200 and 250 then now() end
                    from generate_series(1, 300) n
                    """)
                let made = await race { _ = try await people.make(owner) }
                #expect(made == 1)
            }
        }
    }

    @Test func `a workspace has 200 service accounts, however many are made at once`() async throws {
        try await with { people in
            try await TestDatabase.psql(
                """
                with made as (
                    insert into users (id, email, name, is_admin, active, created_at, updated_at, kind)
                    select gen_random_uuid(), 'n' || n || '@workspace-\(people.workspace).service.invalid', 'n' || n,
                        false, n % 2 = 0, now(), now(), 'service'
                    from generate_series(2, 199) n returning id
                )
                insert into service_accounts (user_id, workspace_id, created_by, created_at)
                select id, \(people.workspace), '\(people.owner.userID)', now() from made
                """)
            let names = Latch()
            let made = await race {
                _ = try await people.server.services.serviceAccounts.create(
                    try ServiceAccountName("more-\(names.next())"), in: people.workspace, by: people.owner)
            }
            #expect(made == 1)
        }
    }

    /// How many of eight callers get it done; the others are told of the limit.
    private func race(_ body: @escaping @Sendable () async throws -> Void) async -> Int {
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    do {
                        try await body()
                        return 1
                    } catch {
                        #expect((error as? Refusal)?.code == "limit_reached", "\(error)")
                        return 0
                    }
                }
            }
            return await group.reduce(0, +)
        }
    }

    /// How far two tasks are with each other.
    private final class Latch: Sendable {
        private let state = Mutex((text: "", count: 0))
        var value: String { state.withLock(\.text) }
        func store(_ text: String) { state.withLock { $0.text = text } }
        func next() -> Int {
            state.withLock {
                $0.count += 1
                return $0.count
            }
        }
    }
}
