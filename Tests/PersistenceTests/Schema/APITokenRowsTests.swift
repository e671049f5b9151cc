import Domain
import FoundationEssentials
import TestSupport
import Testing

@testable import Persistence

/// What the database keeps of tokens and service accounts, whoever writes it.
@Suite(.ownDatabase, .timeLimit(.minutes(4)))
struct APITokenRowsTests {
    private let database = TestDatabase.current
    private static let time = WorkspaceFixture.time

    @Test func `the sweeper finds what has ended without reading what has not`() async throws {
        let ada = try await WorkspaceFixture.make(database)
        try await TestDatabase.psql(
            """
            insert into api_tokens (id, token_sha256, hint, user_id, name, access, created_by, created_at, expires_at,
                revoked_at)
            select gen_random_uuid(), sha256(n::text::bytea), 'h', '\(ada.userID)', 'n', 'read', '\(ada.userID)',
                '2020-01-01Z', case when n % 3 = 0 then '2020-02-01Z'::timestamptz + n * interval '1 day' end,
                case when n = 7 then '2020-02-02Z'::timestamptz end
            from generate_series(1, 20000) n
            """)
        try await TestDatabase.psql("vacuum analyze api_tokens")
        let before = Self.time - 5 * 366 * 86_400
        let purge = Query<Int>.purgeAPITokens(before: before, limit: 1000)
        let system = database.system(because: "test")
        let plan = try await system.run(
            Query<[String]>.rows("explain", "explain (analyze, costs off, timing off, summary off) \(purge.sql)") {
                try $0.next()
            }
        ).joined(separator: "\n")
        #expect(plan.contains("api_tokens_ended_idx"), "\(plan)")
        #expect(!plan.contains("Seq Scan"), "\(plan)")
        let left = try await TestDatabase.psql(
            "select count(*) from api_tokens where least(revoked_at, expires_at) < '\(before.formatted(.iso8601))'")
        #expect(left == [["0"]])
    }

    @Test func `addresses of service accounts are theirs alone`() async throws {
        let ada = try await WorkspaceFixture.make(database)
        let system = database.system(because: "test")
        let insert = Query<Int>.insertUser(
            SystemRandom().id(), email: Email(unchecked: "ci@workspace-7.service.invalid"), name: "n",
            passwordHash: nil, isAdmin: false, at: Self.time)
        let error = await #expect(throws: DatabaseError.self) { try await system.run(insert) }
        #expect(error?.constraint == "users_service_email_ck")
        let other = try? await TestDatabase.psql("update users set kind = 'service' where id = '\(ada.userID)'")
        #expect(other == nil)
    }

    @Test func `an owner does not undo an administrator's deactivation, also when both come at once`() async throws {
        let ada = try await WorkspaceFixture.make(database)
        let account: UserID = SystemRandom().id()
        _ = try await database.run(
            .createServiceAccount(account, ServiceAccountName(unchecked: "ci"), in: ada.workspace, at: Self.time),
            as: ada)
        func byOwner(_ active: Bool) -> Query<UserID?> {
            .setServiceAccount(account, active: active, ifRevision: nil, at: Self.time)
        }
        func byAdministrator(_ active: Bool) -> Query<Int> {
            .updateUser(account, name: nil, active: active, isAdmin: nil, ifRevision: nil, at: Self.time)
        }
        let system = database.system(because: "test")
        for _ in 0..<20 {
            _ = try await database.run(byOwner(false), as: ada)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await system.run(byAdministrator(false)) }
                for _ in 0..<4 { group.addTask { [database] in _ = try await database.run(byOwner(true), as: ada) } }
                try await group.waitForAll()
            }
            #expect(try await database.run(.serviceAccount(account), as: ada)?.active == false)
            #expect(try await database.run(.isHeldByAdministrator(account), as: ada))
            _ = try await database.run(byOwner(false), as: ada)
            #expect(try await database.run(byOwner(true), as: ada) == nil)
            #expect(try await system.run(byAdministrator(true)) == 1)
        }
        // What an owner deactivated, an owner activates again.
        #expect(try await database.run(byOwner(false), as: ada) == account)
        #expect(try await database.run(byOwner(true), as: ada) == account)
    }
}
