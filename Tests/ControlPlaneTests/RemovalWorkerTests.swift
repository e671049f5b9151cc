import Domain
import Foundation
import Persistence
import Registry
import TestSupport
import Testing

@testable import ControlPlane

/// Removals as jobs: beside publishes of the same pipeline, and when the registry or the lease is gone.
@Suite(.ownDatabase, .timeLimit(.minutes(4)))
struct RemovalWorkerTests {
    /// A deleted publish, as the API leaves it.
    private func deleted(_ fixture: PublishFixture, _ version: PipelineVersion) async throws -> PublishID {
        let id = try await fixture.ask(for: version)
        await fixture.worker.work(try await fixture.lease())
        #expect(try await fixture.publish(id).status == .published)
        let now = fixture.clock.time.now()
        try await fixture.system.write { tx in
            #expect(try tx.run(.deletePublish(id, at: now)) == 1)
            _ = try tx.run(.insertUnpublishJob(id, in: version.workspaceID, at: now))
        }
        return id
    }

    private func tags(_ fixture: PublishFixture, _ version: PipelineVersion) async throws -> [String] {
        let client = fixture.worker.registryAccess.instance
        return try await client.tags(of: client.settings.pipelineRepository(version.pipelineName)).map(\.description)
            + client.tags(of: client.settings.chartRepository(version.pipelineName)).map(\.description)
    }

    private func job(_ id: PublishID) async throws -> [String?] {
        try #require(
            try await TestDatabase.psql(
                "select state, attempts, lapses, lease_id is not null from jobs where publish_id = \(id) and kind = 'unpublish'"
            ).first)
    }

    @Test func `a removal takes out what no live publish names, and is done`() async throws {
        try await PublishFixture.with { fixture in
            let version = try await fixture.pipeline("p")
            let id = try await deleted(fixture, version)
            #expect(try await tags(fixture, version).count == 6)
            await fixture.worker.work(try await fixture.lease())
            #expect(try await tags(fixture, version).isEmpty)
            #expect(try await job(id) == ["done", "1", "0", "f"])
        }
    }

    @Test func `no publish of a pipeline is leased while a removal of it runs, nor the other way round`() async throws {
        try await PublishFixture.with { fixture in
            let version = try await fixture.pipeline("p")
            _ = try await deleted(fixture, version)
            _ = try await fixture.ask(for: version)
            let removal = try await fixture.lease()
            guard case .unpublish = removal.work else {
                Issue.record("\(removal.work)")
                return
            }
            let now = fixture.clock.time.now()
            #expect(try await fixture.system.leaseJob(lease: SystemRandom().uuid(), at: now, until: now + 15) == nil)
            await fixture.worker.work(removal)
            let publish = try await fixture.lease()
            guard case .publish = publish.work else {
                Issue.record("\(publish.work)")
                return
            }
            await fixture.worker.work(publish)
            #expect(try await tags(fixture, version).count == 6)
        }
    }

    @Test func `a removal that lost its lease removes nothing`() async throws {
        try await PublishFixture.with { fixture in
            let version = try await fixture.pipeline("p")
            let id = try await deleted(fixture, version)
            let lost = try await fixture.lease()
            try await TestDatabase.psql("update jobs set lease_id = gen_random_uuid() where kind = 'unpublish'")
            await fixture.worker.work(lost)
            #expect(try await tags(fixture, version).count == 6)
            #expect(try await job(id) == ["queued", "1", "0", "t"])
        }
    }

    @Test func `a removal is tried for ever, with pauses that end`() async throws {
        try await PublishFixture.with { fixture in
            let id = try await deleted(fixture, try await fixture.pipeline("p"))
            try await fixture.moved(to: "127.0.0.1:1") { away in
                for attempt in 1...8 {
                    await away.worker.work(try await away.lease())
                    #expect(try await job(id) == ["queued", "\(attempt)", "0", "f"])
                    away.clock.advance(by: min(30, TimeInterval(1 << attempt)))
                }
            }
            fixture.clock.advance(by: 86_400)
            try await TestDatabase.psql("update jobs set lapses = 50 where kind = 'unpublish'")
            await fixture.worker.work(try await fixture.lease())
            #expect(try await job(id)[0] == "done")
        }
    }

    @Test func `of a model version that is still there the removal leaves what its row names`() async throws {
        try await PublishFixture.with { fixture in
            let version = try await fixture.pipeline("p")
            guard case .modelInference(let models)? = version.steps.first, let model = models.first else {
                Issue.record("a step")
                return
            }
            let client = fixture.worker.registryAccess.instance
            let repository = client.settings.modelRepository(workspace: version.workspaceID, model: model.name)
            let artifact = try ModelArtifact(
                PublishedModel(
                    name: model.name, version: model.version, workspace: version.workspaceID,
                    digest: Digest(hashing: Array("a model".utf8)), sizeBytes: 7))
            let digest = try await Publisher(client).push(artifact)
            let name: Registry.Tag? = .init("\(model.version)-onnx-0123")
            let left = try #require(name)
            try await client.putManifest(
                repository, .tag(left),
                try EncodedManifest(
                    Manifest(artifactType: .modelManifest, config: artifact.manifest.decoded().config, layers: [])))
            let now = fixture.clock.time.now()
            _ = try await fixture.system.run(
                .insertModelRemoval(model.version, of: model.name, in: version.workspaceID, at: now, runAt: now))
            await fixture.worker.work(try await fixture.lease())
            #expect(try await client.tags(of: repository).map(\.description) == [model.version.description])
            try await TestDatabase.psql(
                "delete from pipeline_version_models; delete from model_versions where id = '\(model.version)'")
            _ = try await fixture.system.run(
                .insertModelRemoval(model.version, of: model.name, in: version.workspaceID, at: now, runAt: now))
            await fixture.worker.work(try await fixture.lease())
            #expect(try await client.getManifest(repository, .digest(digest)) == nil)
        }
    }
}
