import Auth
import Domain
import Foundation
import Logging
import Persistence
import Registry
import ServiceLifecycle
import TestSupport
import Testing

@testable import ControlPlane

/// Real PostgreSQL and registry; a clock that only the tests move, so no poll and no renewal helps by accident.
@Suite(.ownDatabase, .timeLimit(.minutes(4)))
struct PublishWorkerTests {
    @Test(.proves("PUB-06", "PUB-17"))
    func `publishes of one version follow each other and leave the same artifact`() async throws {
        try await PublishFixture.with { fixture in
            let version = try await fixture.pipeline("p")
            var ids: [PublishID] = []
            for _ in 0..<3 { ids.append(try await fixture.ask(for: version)) }
            try await fixture.running {
                let rows = [
                    try await fixture.until(.published, ids[0]), try await fixture.until(.published, ids[1]),
                    try await fixture.until(.published, ids[2]),
                ]
                #expect(Set(rows.map(\.pipelineDigest)).count == 1 && Set(rows.map(\.chartDigest)).count == 1)
                #expect(rows.map(\.updatedAt) == rows.map { _ in fixture.clock.time.now() })
            }
            for id in ids { #expect(try await fixture.job(id) == ["done", "1", "0", "f", "0"]) }
        }
    }

    @Test func `a burst starts as many jobs as there are slots, without a poll, and a shutdown gives them back`()
        async throws
    {
        try await SilentRegistry.with { silent in
            try await PublishFixture.with(silent.host) { fixture in
                var ids: [PublishID] = []
                try await fixture.running {
                    await fixture.clock.untilSomebodySleeps(for: 2)
                    for _ in 0..<6 { ids.append(try await fixture.ask()) }
                    for _ in ids { fixture.worker.wakeUp.signal() }
                    for id in ids[..<4] { _ = try await fixture.until(.publishing, id) }
                    await fixture.clock.untilSomebodySleeps(for: 2)
                    for id in ids[4...] { #expect(try await fixture.job(id) == ["queued", "0", "0", "f", "0"]) }
                }
                for id in ids { #expect(try await fixture.job(id) == ["queued", "0", "0", "f", "0"]) }
            }
        }
    }

    @Test func `a slot that gets free takes the next job without a poll`() async throws {
        try await PublishFixture.with { fixture in
            var ids: [PublishID] = []
            for _ in 0..<9 { ids.append(try await fixture.ask()) }
            try await fixture.running { for id in ids { _ = try await fixture.until(.published, id) } }
        }
    }

    @Test func `a graceful shutdown cuts a push off, and the next server goes on at once`() async throws {
        try await SilentRegistry.with { silent in
            try await PublishFixture.with { fixture in
                let id = try await fixture.ask()
                try await fixture.moved(to: silent.host) { stuck in
                    let group = ServiceGroup(
                        configuration: .init(services: [stuck.worker], logger: stuck.worker.logger))
                    async let ended: Void = group.run()
                    _ = try await stuck.until(.publishing, id)
                    await group.triggerGracefulShutdown()
                    try await ended
                    #expect(try await stuck.job(id) == ["queued", "0", "0", "f", "0"])
                    #expect(try await stuck.publish(id).error == nil)
                }
                try await fixture.running { _ = try await fixture.until(.published, id) }
            }
        }
    }

    @Test(.proves("PUB-07")) func `a push that is under way ends at the deadline`() async throws {
        try await SilentRegistry.with { silent in
            try await PublishFixture.with(silent.host) { fixture in
                let id = try await fixture.ask()
                try await fixture.change(id, "started_at = run_at - interval '537 s'")
                let job = try await fixture.lease()
                async let done: Void = fixture.worker.work(job)
                _ = try await fixture.until(.publishing, id)
                await fixture.clock.untilSomebodySleeps(for: 3)
                fixture.clock.advance(by: 3)
                await done
                #expect(try await fixture.publish(id).status == .error)
                #expect(try await fixture.publish(id).error == "the publish took longer than 540 seconds")
                #expect(try await fixture.job(id)[0] == "failed")
            }
        }
    }

    @Test(.proves("PUB-07")) func `the time in the queue does not count, and a job that waited long gets all its time`()
        async throws
    {
        try await PublishFixture.with("127.0.0.1:1") { fixture in
            let id = try await fixture.ask()
            fixture.clock.advance(by: 3600)
            await fixture.worker.work(try await fixture.lease())
            #expect(try await fixture.job(id) == ["queued", "1", "0", "f", "2"])
            #expect(try await fixture.publish(id).status == .publishing)
            fixture.clock.advance(by: 2)
            await fixture.worker.work(try await fixture.lease())
            #expect(try await fixture.job(id) == ["queued", "2", "0", "f", "4"])

            fixture.clock.advance(by: 537)
            await fixture.worker.work(try await fixture.lease())
            let text = try #require(try await fixture.publish(id).error)
            #expect(text.hasPrefix("the publish took longer than 540 seconds; the last error was: registry: "))
            #expect(try await fixture.job(id)[0] == "failed")
        }
    }

    @Test func `a lease is renewed while the push goes on`() async throws {
        try await SilentRegistry.with { silent in
            try await PublishFixture.with(silent.host) { fixture in
                let id = try await fixture.ask()
                let job = try await fixture.lease()
                let work = Task { await fixture.worker.work(job) }
                _ = try await fixture.until(.publishing, id)
                for _ in 0..<8 {
                    await fixture.clock.untilSomebodySleeps(for: 5)
                    fixture.clock.advance(by: 5)
                }
                await fixture.clock.untilSomebodySleeps(for: 5)
                #expect(try await fixture.job(id) == ["queued", "1", "0", "t", "-40"])
                work.cancel()
                await work.value
                #expect(try await fixture.job(id) == ["queued", "0", "0", "f", "0"])
            }
        }
    }

    @Test func `a worker that lost its lease stops and writes nothing`() async throws {
        try await SilentRegistry.with { silent in
            try await PublishFixture.with(silent.host) { fixture in
                let id = try await fixture.ask()
                let job = try await fixture.lease()
                async let done: Void = fixture.worker.work(job)
                _ = try await fixture.until(.publishing, id)
                try await fixture.change(id, "lease_id = gen_random_uuid()")
                let before = (try await fixture.job(id), try await fixture.publish(id))
                await fixture.clock.untilSomebodySleeps(for: 5)
                fixture.clock.advance(by: 5)
                await done
                #expect(try await fixture.job(id).dropLast() == before.0.dropLast())
                #expect(try await fixture.publish(id) == before.1)
            }
        }
    }

    @Test(arguments: [(before: 3, status: PublishStatus.published), (before: 4, status: .error)])
    func `a job is tried again until five leases ran out`(_ lapses: (before: Int, status: PublishStatus)) async throws {
        try await PublishFixture.with { fixture in
            let id = try await fixture.ask()
            try await fixture.change(
                id,
                """
                attempts = \(lapses.before + 1), lapses = \(lapses.before), started_at = run_at - interval '1 hour',
                lease_id = gen_random_uuid(), lease_until = run_at
                """)
            await fixture.worker.work(try await fixture.lease())
            let publish = try await fixture.publish(id)
            #expect(publish.status == lapses.status)
            let text = "5 tries ended without an answer: each time the server stopped, or lost its database"
            #expect(publish.error == (lapses.status == .error ? text : nil))
        }
    }

    @Test func `a header that names another digest is passing trouble`() async throws {
        try await PublishFixture.with { fixture in
            let id = try await fixture.ask()
            try await LyingRegistry.with { liar in
                try await fixture.moved(to: liar.host) { lied in
                    await lied.worker.work(try await lied.lease())
                    #expect(try await lied.job(id) == ["queued", "1", "0", "f", "2"])
                }
            }
            fixture.clock.advance(by: 2)
            await fixture.worker.work(try await fixture.lease())
            #expect(try await fixture.publish(id).status == .published)
        }
    }

    /// Seconds that the registry asks for, and until the next try.
    @Test(arguments: [("1", "2"), ("31", "31"), ("120", "120"), ("86400", "300")])
    func `a registry that asks for time gets it from the queue`(asked: String, waited: String) async throws {
        try await PublishFixture.with { fixture in
            let id = try await fixture.ask()
            try await LyingRegistry.with("429 Too Many Requests\r\nRetry-After: \(asked)") { busy in
                try await fixture.moved(to: busy.host) { busy in
                    await busy.worker.work(try await busy.lease())
                    #expect(try await busy.job(id) == ["queued", "1", "0", "f", waited])
                }
            }
        }
    }

    @Test func `a try signs everything with one key`() async throws {
        try await PublishFixture.with { fixture in
            // The key is retired as soon as it has signed something.
            try await TestDatabase.psql(
                """
                create function retire() returns trigger language plpgsql security definer as $$ begin
                    update public.instance_keys set not_after = '2020-01-01' where id = new.key_id; return new;
                end $$;
                create trigger retire after insert on artifact_signatures for each row execute function retire()
                """)
            let id = try await fixture.ask()
            await fixture.worker.work(try await fixture.lease())
            #expect(try await fixture.publish(id).status == .published)
            let rows = try await TestDatabase.psql("select count(distinct key_id), count(*) from artifact_signatures")
            #expect(rows == [["1", "2"]])
        }
    }

    /// What a job leaves that ended after its signatures were kept, and before the registry had all of them.
    @Test(arguments: [[".sig"], [""], [".sig", ""]])
    func `signatures that were kept and did not arrive are sent as they are`(lost: [String]) async throws {
        try await PublishFixture.with { fixture in
            let version = try await fixture.pipeline("p")
            let id = try await fixture.ask(for: version)
            await fixture.worker.work(try await fixture.lease())
            let digest = try #require(try await fixture.publish(id).pipelineDigest)
            let client = fixture.worker.registryAccess.instance
            let repository = client.settings.pipelineRepository(try PipelineName("p"))
            let tags = lost.compactMap { Registry.Tag("sha256-\(digest.hex)\($0)") }
            var before: [EncodedManifest] = []
            for tag in tags {
                let manifest = try #require(try await client.getManifest(repository, .tag(tag)))
                try await client.remove(repository, manifest.digest)
                #expect(try await client.getManifest(repository, .tag(tag)) == nil)
                before.append(manifest)
            }
            _ = try await fixture.ask(for: version)
            await fixture.worker.work(try await fixture.lease())
            for (tag, manifest) in zip(tags, before) {
                #expect(try await client.getManifest(repository, .tag(tag)) == manifest)
            }
            #expect(try await TestDatabase.psql("select count(*) from artifact_signatures") == [["2"]])
        }
    }

    @Test func `a key that can't be opened stops no publish after a rotation`() async throws {
        try await PublishFixture.with { fixture in
            let id = try await fixture.ask()
            await fixture.worker.work(try await fixture.lease())
            #expect(try await fixture.publish(id).status == .published)
            fixture.clock.advance(by: 1)
            let new = try await fixture.worker.signing.keys.rotateArtifactSigningKey(signsAfterSeconds: 0)
            // As if the line of secret.key that sealed it were lost.
            try await TestDatabase.psql(
                """
                update instance_keys set sealed_key = overlay(sealed_key placing '\\x00000000' from 2)
                where purpose = 'artifact_signing' and id <> '\(new)'
                """)
            let next = try await fixture.ask()
            await fixture.worker.work(try await fixture.lease())
            #expect(try await fixture.publish(next).status == .published)
            let rows = try await TestDatabase.psql(
                "select key_id, count(*) from artifact_signatures where key_id = '\(new)' group by key_id")
            #expect(rows == [[new, "2"]])
        }
    }

    @Test func `what cannot get better ends the publish at the first try`() async throws {
        try await PublishFixture.with { fixture in
            let id = try await fixture.ask()
            try await TestDatabase.psql("update model_versions set sha256 = sha256('other')")
            await fixture.worker.work(try await fixture.lease())
            let publish = try await fixture.publish(id)
            #expect(publish.status == .error && publish.error?.hasPrefix("registry: ") == true)
            #expect(try await fixture.job(id) == ["failed", "1", "0", "f", "0"])
        }
    }
}
