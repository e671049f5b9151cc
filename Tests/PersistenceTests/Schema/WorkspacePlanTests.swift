import Domain
import FoundationEssentials
import TestSupport
import Testing

@testable import Persistence

/// What a list of workspaces costs depends on how many the user is a member of, not on how many there are.
@Suite(.ownDatabase, .timeLimit(.minutes(4)))
struct WorkspacePlanTests {
    private let database = TestDatabase.current
    private let user = TestPrincipal()
    private static func listing(after: WorkspaceID? = nil) -> Query<[Workspace]> {
        .workspaces(archived: nil, after: after, limit: 100)
    }

    @Test(.proves("WS-05")) func `a member of 1,000 workspaces reads no more pages among 30,000 than among 1,000`()
        async throws
    {
        try await addUsers()
        try await addWorkspaces(1000, memberOfEach: 1)
        let among1000 = try await explain()
        try await addWorkspaces(29_000, memberOfEach: 0)
        let among30000 = try await explain()
        let first = try await database.run(Self.listing(), as: user)
        #expect(first.count == 101)
        #expect(first.allSatisfy { $0.userCount == 3 && $0.users.count == 3 && $0.modelCount == 2 })
        let (few, many) = (try pages(among1000), try pages(among30000))
        #expect(few > 100)
        #expect(Double(many) <= 1.5 * Double(few), "\(many) pages instead of \(few): \(among30000)")
        // A later page costs no more than the first: it begins where the cursor says.
        let later = try await explain(after: first[99].id)
        #expect(Double(try pages(later)) <= 1.5 * Double(few), "\(later)")
        for plan in [among30000, later] { expectIndexes(plan) }
    }

    /// Each table that grows is read through the index that fits, and what an index finds is what is wanted.
    private func expectIndexes(_ plan: String) {
        #expect(!plan.contains("Seq Scan"), "\(plan)")
        let used = plan.matches(of: /Index (?:Only )?Scan (?:using|on) (\w+)/).map { String($0.1) }
        for table in ["workspaces_pkey", "workspace_members_", "models_workspace_id_", "pipelines_", "users_pkey"] {
            #expect(used.contains { $0.hasPrefix(table) }, "\(table): \(plan)")
        }
        let removed = plan.matches(of: /Rows Removed by Filter: (\d+)/).compactMap { Int($0.1) }
        #expect(removed.allSatisfy { $0 <= 100 }, "\(plan)")
    }

    /// The user, and 20,000 others, to some of whom the workspaces belong.
    private func addUsers() async throws {
        try await TestDatabase.psql(
            """
            insert into users (id, email, name, is_admin, active, created_at, updated_at)
            select id, id || '@example.com', 'x', false, true, now(), now()
            from (select '\(user.userID)'::uuid union all select gen_random_uuid() from generate_series(1, 20000)) u (id)
            """)
    }

    /// Each with two owners of the others, two models and two pipelines.
    private func addWorkspaces(_ count: Int, memberOfEach: Int) async throws {
        try await TestDatabase.psql(
            """
            with owners as (
                select id, row_number() over () - 1 as n from users where id <> '\(user.userID)' limit 1000
            ), made as (
                insert into workspaces (name, created_by, created_at, updated_at)
                select 'w', '\(user.userID)', now(), now() from generate_series(1, \(count)) returning id
            ), members as (
                insert into workspace_members (workspace_id, user_id, role, created_at)
                select m.id, o.id, 'owner', now() from made m join owners o on o.n in (m.id % 1000, (m.id + 1) % 1000)
                union all select id, '\(user.userID)', 'collaborator', now() from made where \(memberOfEach) = 1
            ), models as (
                insert into models (workspace_id, name, created_by, created_at, updated_at)
                select id, 'm' || n, '\(user.userID)', now(), now() from made, generate_series(1, 2) n
            )
            insert into pipelines (workspace_id, name, created_by, created_at, updated_at)
            select id, 'p' || n, '\(user.userID)', now(), now() from made, generate_series(1, 2) n
            """)
        try await TestDatabase.psql("vacuum analyze")
    }

    /// The plan of the list as the server's role runs it in the user's name, with what it did.
    private func explain(after: WorkspaceID? = nil) async throws -> String {
        let plan = Query<[String]>.rows(
            "explain", "explain (analyze, buffers, costs off, timing off) \(Self.listing(after: after).sql)"
        ) { try $0.next() }
        return try await database.run(plan, as: user).joined(separator: "\n")
    }

    /// How many pages the whole statement touched: the first figure of the plan is the root's.
    private func pages(_ plan: String) throws -> Int {
        let buffers = try #require(plan.firstMatch(of: /Buffers: shared hit=(\d+)(?: read=(\d+))?/))
        return try #require(Int(buffers.1)) + (buffers.2.flatMap { Int($0) } ?? 0)
    }
}
