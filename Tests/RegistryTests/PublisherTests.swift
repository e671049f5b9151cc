import Domain
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Registry

/// Whole publishes against the real registry.
@Suite(.timeLimit(.minutes(4))) struct PublisherTests {
    private let bytes = sampleBytes(1_500_000)

    /// Uploads a model's file and keeps it with its own manifest.
    private func upload(_ model: PublishedModel, _ bytes: [UInt8], _ client: RegistryClient) async throws {
        let repository = client.settings.modelRepository(workspace: model.workspace, model: model.name)
        let blob = try await client.upload(ByteStream([bytes]), to: repository)
        #expect(blob.digest == model.digest)
        let digest = try await Publisher(client).push(ModelArtifact(model))
        #expect(try await client.manifestDigest(repository, ModelArtifact(model).tag) == digest)
    }

    private func artifact(_ models: [PublishedModel], engine: EngineConfig = Fixture.engine) throws -> PipelineArtifact
    {
        try PipelineArtifact(Fixture.definition(steps: models.map { [$0] }), engine: engine)
    }

    private struct Stop: Error {}

    @Test func `a push whose caller has lost its right to push touches no tag`() async throws {
        try await TestRegistry.withClient { client async throws in
            let model = try Fixture.model(bytes: bytes)
            try await upload(model, bytes, client)
            let artifact = try artifact([model])
            await #expect(throws: Stop.self) {
                _ = try await Publisher(client).push(artifact, engineImage: Fixture.image()) { progress in
                    if progress.phase == .tag { throw Stop() }
                }
            }
            let repository = client.settings.pipelineRepository(artifact.definition.name)
            #expect(try await client.manifestDigest(repository, artifact.tag) == nil)
            #expect(try await client.getManifest(repository, .digest(artifact.manifest.digest)) != nil)
        }
    }

    @Test(.proves("PUB-01", "PUB-04", "PUB-08", "PUB-15"))
    func `a publish puts artifact and chart under their names and sends no model byte`() async throws {
        try await TestRegistry.withClient { client async throws in
            let model = try Fixture.model(bytes: bytes)
            try await upload(model, bytes, client)
            let artifact = try artifact([model])
            let seen = Mutex<[PublishProgress]>([])
            let receipt = try await Publisher(client).push(artifact, engineImage: Fixture.image()) { progress in
                seen.withLock { $0.append(progress) }
            }
            #expect(receipt.tag.description == Fixture.version)
            #expect(receipt.chartVersion == "0.0.1-\(Fixture.version)")
            #expect(receipt.blobBytesMounted == Int64(bytes.count))
            #expect(receipt.blobBytesSent < 100_000)
            #expect(receipt.layers == artifact.layers)

            let pipelines = client.settings.pipelineRepository(artifact.definition.name)
            let stored = try #require(try await client.getManifest(pipelines, .tag(receipt.tag)))
            #expect(stored == artifact.manifest && stored.digest == receipt.digest)
            for layer in try stored.decoded().layers {
                #expect(try await client.read(pipelines, layer.digest).count == Int(layer.size))
            }
            #expect(try await client.read(pipelines, model.digest) == bytes)

            let charts = client.settings.chartRepository(artifact.definition.name)
            let tag = try #require(Tag(receipt.chartVersion))
            let chart = try #require(try await client.getManifest(charts, .tag(tag)))
            #expect(chart.digest == receipt.chartDigest)

            let progress = seen.withLock { $0 }
            #expect(progress.map(\.percent) == progress.map(\.percent).sorted() && progress.last?.percent == 100)
            #expect(progress.map(\.phase) == PublishProgress.Phase.allCases)
        }
    }

    @Test func `the right to push is looked at before each manifest that is signed`() async throws {
        try await TestRegistry.withClient { client async throws in
            let model = try Fixture.model(bytes: bytes)
            try await upload(model, bytes, client)
            let artifact = try artifact([model])
            let (phases, signed) = (Recorded<PublishProgress.Phase>(), Recorded<Digest>())
            await #expect(throws: Stop.self) {
                _ = try await Publisher(client).push(
                    artifact, engineImage: Fixture.image(),
                    progress: { progress in
                        phases.add(progress.phase)
                        if phases.all.filter({ $0 == .signatures }).count == 2 { throw Stop() }
                    },
                    sign: { subject in
                        signed.add(subject.digest)
                        return try Fixture.signatures(of: subject)
                    })
            }
            #expect(signed.all == [artifact.manifest.digest])
        }
    }

    /// Things in the order in which they came.
    private final class Recorded<Element: Sendable>: Sendable {
        private let elements = Mutex<[Element]>([])
        var all: [Element] { elements.withLock { $0 } }
        func add(_ element: Element) { elements.withLock { $0.append(element) } }
    }

    @Test func `an image that we would not build ourselves is not signed, whatever it says it is about`() async throws {
        try await TestRegistry.withClient { client async throws in
            let model = try Fixture.model(bytes: bytes)
            try await upload(model, bytes, client)
            let artifact = try artifact([model])
            _ = try await Publisher(client).push(artifact, engineImage: Fixture.image())
            let repository = client.settings.pipelineRepository(artifact.definition.name)
            _ = try await client.putBlob(repository, Descriptor.emptyJSON)
            let squatter = try EncodedManifest(
                Manifest(
                    artifactType: nil, config: Descriptor(mediaType: .imageConfig, of: Descriptor.emptyJSON),
                    layers: [],
                    subject: Descriptor(
                        mediaType: .imageManifest, digest: artifact.manifest.digest,
                        size: Int64(artifact.manifest.bytes.count))))
            try await client.putManifest(repository, .tag(Publisher.imageTag(artifact.tag)), squatter)
            let signed = Recorded<Digest>()
            await #expect {
                _ = try await Publisher(client).push(
                    artifact, engineImage: Fixture.image(), withImage: true,
                    sign: { subject in
                        signed.add(subject.digest)
                        return try Fixture.signatures(of: subject)
                    })
            } throws: {
                ($0 as? RegistryError)?.code == .digestMismatch
            }
            #expect(signed.all.isEmpty)
        }
    }

    @Test(.proves("PUB-17")) func `publishing again changes nothing and sends nothing`() async throws {
        try await TestRegistry.withClient { client async throws in
            let model = try Fixture.model(bytes: bytes)
            try await upload(model, bytes, client)
            let first = try await Publisher(client).push(artifact([model]), engineImage: Fixture.image())
            let second = try await Publisher(client).push(artifact([model]), engineImage: Fixture.image())
            #expect(second.blobBytesSent == 0 && second.blobBytesMounted == 0)
            #expect(second.digest == first.digest && second.tag == first.tag)
            #expect(second.chartDigest == first.chartDigest && second.chartVersion == first.chartVersion)
        }
    }

    @Test(.proves("PUB-09")) func `a tag never moves: another configuration and another engine get other tags`()
        async throws
    {
        try await TestRegistry.withClient { client async throws in
            let model = try Fixture.model(bytes: bytes)
            try await upload(model, bytes, client)
            let publisher = Publisher(client)
            let first = try await publisher.push(artifact([model]), engineImage: Fixture.image())
            let other = try artifact([model], engine: EngineConfig())
            let second = try await publisher.push(other, engineImage: Fixture.image())
            let twelve = other.manifest.digest.hex.prefix(12)
            #expect(second.tag.description == "\(Fixture.version)-\(twelve)")
            #expect(second.chartVersion == "0.0.1-\(Fixture.version).d\(twelve)")
            let third = try await publisher.push(artifact([model]), engineImage: Fixture.image("v2"))
            #expect(third.tag == first.tag && third.digest == first.digest)
            #expect(third.chartVersion != first.chartVersion && third.chartDigest != first.chartDigest)

            let again = try await publisher.push(other, engineImage: Fixture.image())
            #expect(again.tag == second.tag && again.chartDigest == second.chartDigest)
            let pipelines = client.settings.pipelineRepository(other.definition.name)
            #expect(try await client.manifestDigest(pipelines, first.tag) == first.digest)
        }
    }

    @Test func `a model without its file fails as a missing blob and leaves no tag`() async throws {
        try await TestRegistry.withClient { client async throws in
            let artifact = try artifact([Fixture.model(bytes: bytes)])
            await #expect { try await Publisher(client).push(artifact, engineImage: Fixture.image()) } throws: {
                ($0 as? RegistryError)?.code == .notFound
            }
            await #expect { try await Publisher(client).push(ModelArtifact(Fixture.model(bytes: bytes))) } throws: {
                ($0 as? RegistryError)?.code == .manifestInvalid
            }
            let pipelines = client.settings.pipelineRepository(artifact.definition.name)
            #expect(try await client.manifestDigest(pipelines, artifact.tag) == nil)
        }
    }

    @Test func `a registry that does not mount gets a copy`() async throws {
        let memory = MemoryRegistry()
        try await ScriptedServer.run({ request, _ in memory.answer(request) }) { server in
            let settings = try RegistrySettings(host: server.host, plainHTTP: true)
            try await TestRegistry.withClient(settings) { client in
                let model = try Fixture.model(bytes: bytes)
                memory.put(bytes, in: "models/7/house-price")
                let receipt = try await Publisher(client).push(artifact([model]), engineImage: Fixture.image())
                #expect(receipt.blobBytesMounted == 0)
                #expect(receipt.blobBytesSent > bytes.count)
                let pipelines = client.settings.pipelineRepository(try PipelineName("house"))
                #expect(try await client.read(pipelines, model.digest) == bytes)
            }
        }
    }

    @Test func `the tag of a model version is not given to other bytes`() async throws {
        try await TestRegistry.withClient { client async throws in
            let model = try Fixture.model(bytes: bytes)
            try await upload(model, bytes, client)
            let other = try Fixture.model(bytes: [1])
            let repository = client.settings.modelRepository(workspace: model.workspace, model: model.name)
            _ = try await client.putBlob(repository, [1])
            await #expect { try await Publisher(client).push(ModelArtifact(other)) } throws: {
                ($0 as? RegistryError)?.code == .digestMismatch
            }
        }
    }
}
