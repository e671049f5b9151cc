import Domain
import Persistence
import TestSupport
import Testing

/// The one way by which rows leave the audit.
@Suite(.ownDatabase, .timeLimit(.minutes(4)))
struct AuditRetentionTests {
    private let system = TestDatabase.current.system(because: "test")

    /// Adds so many rows of an age in days, as a past would have left them.
    private func add(_ count: Int, daysOld days: Int) async throws {
        try await TestDatabase.psql(
            """
            insert into audit_events (at, actor_kind, action, outcome)
            select now() - interval '\(days) days' + interval '1 second' * n, 'system', 'test.\(days)', 'done'
            from generate_series(1, \(count)) n
            """)
    }

    private func left() async throws -> [[String?]] {
        try await TestDatabase.psql(
            "select action, count(*) from audit_events where action <> 'audit.purge' group by 1 order by 1")
    }

    private func purge(_ days: Int = 400, batch: Int = 10) async throws -> Int {
        try await system.run(.purgeAudit(olderThan: days, batch: batch))
    }

    @Test func `the oldest rows go first, so many at a time, and each run notes how many and until when`() async throws
    {
        try await add(15, daysOld: 500)
        try await add(5, daysOld: 450)
        try await add(4, daysOld: 399)
        #expect(try await purge() == 10)
        #expect(try await left() == [["test.399", "4"], ["test.450", "5"], ["test.500", "5"]])
        #expect(try await purge() == 10)
        #expect(try await purge() == 0)
        #expect(try await left() == [["test.399", "4"]])
        let notes = try await TestDatabase.psql(
            """
            select actor_kind, resource_kind, detail ->> 'count', detail ->> 'days', detail ->> 'complete',
                now() - (detail ->> 'until')::timestamptz between interval '449 days' and interval '450 days'
            from audit_events where action = 'audit.purge' order by id
            """)
        #expect(
            notes == [["system", "audit", "10", "400", "false", "f"], ["system", "audit", "10", "400", "false", "t"]])
    }

    @Test func `a run that got to the end is enough for a day`() async throws {
        try await add(3, daysOld: 500)
        #expect(try await purge() == 3)
        // Rows of that age can't come any more; only a test makes them.
        try await add(3, daysOld: 500)
        #expect(try await purge() == 0)
        try await TestDatabase.psql(
            """
            set session_replication_role = replica;
            update audit_events set at = at - interval '25 hours' where action = 'audit.purge'
            """)
        #expect(try await purge() == 3)
    }

    @Test func `of several replicas one is at it`() async throws {
        try await add(3, daysOld: 500)
        let other = try await PlainConnection.open(
            Secret(TestDatabase.superuserConninfo), applicationName: "drover-test")
        defer { other.close() }
        try await other.execute("begin; select pg_advisory_xact_lock(hashtextextended('drover.audit_purge', 0))")
        #expect(try await purge() == 0)
        try await other.execute("commit")
        #expect(try await purge() == 3)
    }

    @Test(arguments: [(29, 10), (0, 10), (-400, 10), (30, 0), (30, 10_001)])
    func `no setting makes rows go before they are thirty days old`(days: Int, batch: Int) async throws {
        try await add(1, daysOld: 29)
        await #expect(throws: DatabaseError.self) { _ = try await purge(days, batch: batch) }
        #expect(try await purge(30) == 0)
        #expect(try await left() == [["test.29", "1"]])
    }

    @Test(arguments: [
        "set role drover_system; delete from audit_events",
        "set role drover_system; set drover.audit_purge = 'on'; delete from audit_events",
        "set role drover_server; select purge_audit_events(30, 10)",
        "set role drover_server; set drover.audit_purge = 'on'; delete from audit_events",
        "delete from audit_events",
    ])
    func `nobody deletes a row in any other way`(sql: String) async throws {
        try await add(1, daysOld: 500)
        let error = await #expect(throws: DatabaseError.self) { try await TestDatabase.psql(sql) }
        #expect(error?.sqlState == "42501")
        #expect(try await left() == [["test.500", "1"]])
    }

    @Test func `even who deletes on purpose keeps the last thirty days`() async throws {
        try await add(1, daysOld: 29)
        await #expect(throws: DatabaseError.self) {
            try await TestDatabase.psql("set drover.audit_purge = 'on'; delete from audit_events")
        }
    }

    /// The test's owner is a superuser, whom row-level security does not hold; a real one is none.
    @Test func `an owner who is no superuser purges, too`() async throws {
        try await add(3, daysOld: 500)
        try await TestDatabase.psql(
            """
            do $$ begin
                if to_regrole('drover_test_owner') is null then create role drover_test_owner nologin; end if;
            end $$;
            grant usage, create on schema public to drover_test_owner;
            alter table audit_events owner to drover_test_owner;
            alter function purge_audit_events(int, int) owner to drover_test_owner;
            alter policy audit_events_definer on audit_events to drover_test_owner
            """)
        #expect(try await purge() == 3)
        #expect(try await left() == [])
    }
}
