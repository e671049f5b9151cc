import Domain
import Foundation
import Persistence
import TestSupport
import Testing

@testable import Auth
@testable import ControlPlane

/// Edges that a publish takes over from others; real PostgreSQL and registry.
@Suite(.ownDatabase, .timeLimit(.minutes(4))) struct PublishReplacementTests {
    @Test func `edges move when the publish is Published, with all that they are`() async throws {
        try await PublishFixture.with { fixture in
            let (old, other) = (try await fixture.published(), try await fixture.published())
            let (a, b) = (try await fixture.add("a", to: old), try await fixture.add("b", to: other))
            let gone = try await fixture.add("c", to: old)
            try await fixture.edges.remove(named: EdgeName(unchecked: "c"), from: old, by: fixture.owner)
            let what = "id, name, tags, created_by, created_at, attested_at, certificate_serial, removed_at"
            let before = try await TestDatabase.psql("select \(what) from edges order by name")
            let tokens = try await TestDatabase.psql("select * from join_tokens order by token_sha256")
            let new = try await fixture.ask(replacing: [old, other])
            #expect(try await fixture.publish(new).replaces.map(\.id) == [old, other])
            #expect(try await fixture.publish(old).replacedBy.isEmpty)
            #expect(try await fixture.places() == ["a": old, "b": other, "c": old])

            await fixture.worker.work(try await fixture.lease())
            let publish = try await fixture.publish(new)
            #expect(publish.status == .published)
            #expect(try await fixture.places() == ["a": new, "b": new, "c": old])
            #expect(try await fixture.edges.edge(a, by: fixture.owner).pipelineID == publish.pipelineID)
            #expect(try await TestDatabase.psql("select \(what) from edges order by name") == before)
            #expect(try await TestDatabase.psql("select * from join_tokens order by token_sha256") == tokens)
            #expect(try await fixture.publish(old).replacedBy.map(\.id) == [new])
            #expect(try await fixture.publish(other).replacedBy.map(\.pipelineName) == [publish.pipelineName])
            #expect(
                try await fixture.moves() == [
                    [a.description, "\(old)", "\(new)"], [b.description, "\(other)", "\(new)"],
                ])
            #expect(gone != a)
        }
    }

    @Test func `a publish that fails moves nothing, and one that lost its lease neither`() async throws {
        try await PublishFixture.with { fixture in
            let old = try await fixture.published()
            _ = try await fixture.add("a", to: old)
            let failing = try await fixture.ask(replacing: [old])
            try await TestDatabase.psql("update jobs set lapses = 5 where publish_id = \(failing)")
            await fixture.worker.work(try await fixture.lease())
            #expect(try await fixture.publish(failing).status == .error)
            #expect(try await fixture.places() == ["a": old])
            #expect(try await fixture.publish(old).replacedBy.isEmpty)

            let new = try await fixture.ask(replacing: [old])
            let job = try await fixture.lease()
            fixture.clock.advance(by: 16)
            let late = Query<Int>.completePublish(
                job, pipelineURL: "r/p:1", pipelineDigest: Digest(hashing: [1]), chartVersion: "1",
                chartDigest: Digest(hashing: [2]),
                progress: .init(phase: "done", percent: 100, bytesTotal: 1, bytesDone: 1, bytesSent: 1),
                at: fixture.now)
            #expect(try await PublishReplacement.complete(new, late, fixture.system) == 0)
            #expect(try await fixture.places() == ["a": old])
            await fixture.worker.work(try await fixture.lease())
            #expect(try await fixture.places() == ["a": new])
            #expect(try await fixture.moves().count == 1)
        }
    }

    @Test func `of two that replace the same one the first gets its edges, and none takes new ones`() async throws {
        try await PublishFixture.with { fixture in
            let old = try await fixture.published()
            _ = try await fixture.add("a", to: old)
            let (first, second) = (try await fixture.ask(replacing: [old]), try await fixture.ask(replacing: [old]))
            await fixture.worker.work(try await fixture.lease())
            await fixture.worker.work(try await fixture.lease())
            #expect(try await fixture.places() == ["a": first])
            #expect(try await fixture.publish(old).replacedBy.map(\.id) == [first, second])
            await #expect(throws: Refusal.conflict(.publishReplaced, PublishFixture.sentence(second))) {
                try await fixture.add("b", to: old)
            }
            _ = try await fixture.add("b", to: second)
            #expect(try await fixture.places() == ["a": first, "b": second])
        }
    }

    @Test func `an edge that is being added meanwhile is waited for, and moves too`() async throws {
        try await PublishFixture.with { fixture in
            let old = try await fixture.published()
            let new = try await fixture.ask(replacing: [old])
            let adding = try await PlainConnection.open(
                Secret(TestDatabase.superuserConninfo), applicationName: "drover-test")
            defer { adding.close() }
            _ = try await adding.rows(
                """
                begin; insert into edges (id, workspace_id, pipeline_id, publish_id, name, tags, created_by, created_at)
                select gen_random_uuid(), workspace_id, pipeline_id, id, 'late', '{}', created_by, now() from publishes
                where id = \(old)
                """)
            async let work: Void = fixture.worker.work(try await fixture.lease())
            try await Self.untilSomebodyWaits(1)
            #expect(try await fixture.publish(new).status == .publishing)
            _ = try await adding.rows("commit")
            try await work
            #expect(try await fixture.places() == ["late": new])
        }
    }

    @Test func `an edge that comes during the move is refused, and one that is removed meanwhile stays`() async throws {
        try await PublishFixture.with { fixture in
            let old = try await fixture.published()
            _ = (try await fixture.add("a", to: old), try await fixture.add("b", to: old))
            let new = try await fixture.ask(replacing: [old])
            let removing = try await PlainConnection.open(
                Secret(TestDatabase.superuserConninfo), applicationName: "drover-test")
            defer { removing.close() }
            _ = try await removing.rows("begin; update edges set removed_at = now() where name = 'b'")
            async let work: Void = fixture.worker.work(try await fixture.lease())
            try await Self.untilSomebodyWaits(1)
            let late = Task { try await fixture.add("c", to: old) }
            try await Self.untilSomebodyWaits(2)
            _ = try await removing.rows("commit")
            try await work
            let refused = await #expect(throws: Refusal.self) { _ = try await late.value }
            #expect(refused == .conflict(.publishReplaced, PublishFixture.sentence(new)))
            #expect(try await fixture.places() == ["a": new, "b": old])
        }
    }

    /// Until so many wait for a lock in this database.
    private static func untilSomebodyWaits(_ count: Int) async throws {
        let waiting =
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        while try await TestDatabase.psql(waiting) != [["\(count)"]] { await Task.yield() }
    }
}

extension PublishFixture {
    fileprivate var owner: Principal {
        Principal(
            userID: user, email: Email(unchecked: "\(user)@example.com"), isAdmin: false, sessionID: user.rawValue)
    }

    fileprivate var edges: Edges {
        Edges(
            database: TestDatabase.current,
            settings: EdgeSettings(trustDomain: "example.org", opsCenterHost: "localhost:8443", opsCASHA256: nil),
            time: clock.time, random: SystemRandom())
    }

    fileprivate static func sentence(_ newer: PublishID) -> String {
        "publish \(newer) replaced it; add the edge to that one"
    }

    fileprivate func published() async throws -> PublishID {
        let id = try await ask()
        await worker.work(try await lease())
        #expect(try await publish(id).status == .published)
        return id
    }

    fileprivate func add(_ name: String, to id: PublishID) async throws -> EdgeID {
        try await edges.add(named: EdgeName(unchecked: name), tags: ["t"], to: id, by: owner).0.id
    }

    /// Which edge belongs to which publish.
    fileprivate func places() async throws -> [String: PublishID] {
        let rows = try await TestDatabase.psql("select name, publish_id from edges")
        return Dictionary(
            uniqueKeysWithValues: rows.map { ($0[0] ?? "", PublishID(rawValue: Int64($0[1] ?? "") ?? 0)) })
    }

    /// What the audit says of it: edge, publish before, publish.
    fileprivate func moves() async throws -> [[String?]] {
        try await TestDatabase.psql(
            """
            select a.resource_id, a.detail->>'publish_before', a.detail->>'publish' from audit_events a
            join edges e on e.id::text = a.resource_id
            where a.action = 'edge.move' and a.actor_kind = 'system' and a.workspace_id = e.workspace_id order by e.name
            """)
    }
}
