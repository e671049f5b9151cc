import Domain
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Registry

/// Whole pushes through a `FaultProxy`: whatever it plays, what ends up in the registry is what was asked for, once.
@Suite(.timeLimit(.minutes(4))) struct FaultTests {
    private let bytes = sampleBytes(700_000)

    /// What a push is made of, and how it went.
    private struct Outcome {
        let settings: RegistrySettings
        let model: PublishedModel
        let artifact: PipelineArtifact
        let receipt: PublishReceipt
        let signer: TestSigner
    }

    private func settings(_ proxy: FaultProxy, _ mode: RegistrySettings.UploadMode) throws -> RegistrySettings {
        var settings = try TestRegistry.settings(host: proxy.host)
        settings.credentials = .init(username: FaultProxy.username, password: Secret(FaultProxy.password))
        settings.uploadMode = mode
        return settings
    }

    /// Uploads a model and publishes a pipeline with it. What ends in an error is begun again, as users and jobs do.
    private func push(
        through proxy: FaultProxy, mode: RegistrySettings.UploadMode = .stream
    ) async throws -> Outcome {
        let settings = try settings(proxy, mode)
        let (model, signer) = (try Fixture.model(bytes: bytes), TestSigner())
        let artifact = try PipelineArtifact(Fixture.definition(steps: [[model]]), engine: Fixture.engine)
        return try await TestRegistry.withClient(settings, clock: RecordingClock()) { client in
            let repository = settings.modelRepository(workspace: model.workspace, model: model.name)
            try await again {
                let blob = try await client.upload(
                    ByteStream([Array(bytes[..<300_000]), Array(bytes[300_000...])]), to: repository)
                #expect(blob.digest == model.digest && blob.size == model.sizeBytes)
            }
            try await again { _ = try await Publisher(client).push(ModelArtifact(model)) }
            let receipt = try await again {
                try await Publisher(client).push(
                    artifact, engineImage: Fixture.image(), sign: { try signer.signatures(of: $0) })
            }
            return Outcome(
                settings: settings, model: model, artifact: artifact, receipt: receipt, signer: signer)
        }
    }

    /// What a publish job does, too: it tries again after passing trouble only, and some 20 times before its deadline.
    private func again<Value>(_ body: () async throws -> Value) async throws -> Value {
        for _ in 0..<20 {
            do {
                return try await body()
            } catch let error as RegistryError where error.isTransient {
                continue
            }
        }
        return try await body()
    }

    /// Looks past the proxy: everything is there, unharmed, and nothing twice.
    private func check(_ outcome: Outcome, referrersTag: Bool = true) async throws {
        let direct = try RegistrySettings(
            host: TestRegistry.host, repositoryPrefix: outcome.settings.repositoryPrefix, plainHTTP: true)
        #expect(outcome.receipt.tag == outcome.artifact.tag)
        #expect(outcome.receipt.chartVersion == "0.0.1-\(Fixture.version)")
        try await TestRegistry.withClient(direct) { client in
            let pipelines = direct.pipelineRepository(outcome.artifact.definition.name)
            let charts = direct.chartRepository(outcome.artifact.definition.name)
            let manifest = try #require(try await client.getManifest(pipelines, .tag(outcome.receipt.tag)))
            #expect(manifest == outcome.artifact.manifest)
            for layer in try manifest.decoded().layers {
                #expect(Digest(hashing: try await client.read(pipelines, layer.digest)) == layer.digest)
            }
            let chart = try #require(
                try await client.getManifest(charts, .tag(Tag(unchecked: outcome.receipt.chartVersion))))
            #expect(chart.digest == outcome.receipt.chartDigest)
            for (repository, digest) in [(pipelines, manifest.digest), (charts, chart.digest)] {
                let tag = Tag(unchecked: "sha256-\(digest.hex).sig")
                let signed = try #require(try await client.getManifest(repository, .tag(tag))).decoded()
                #expect(signed.layers.count == 1)
                let index = try await client.getManifest(repository, .tag(Tag(unchecked: "sha256-\(digest.hex)")))
                #expect((index != nil) == referrersTag)
                guard let index else { continue }
                // Signature and provenance; the files of the artifact have a signature of their own.
                let types: [MediaType] =
                    [.sigstoreBundle, .sigstoreBundle] + (repository == pipelines ? [.modelSignature] : [])
                #expect(try ReferrersIndexView(index).artifactTypes == types.map(\.rawValue))
            }
        }
        #expect(outcome.signer.made == 2)
    }

    @Test(arguments: FaultProxy.Fault.allCases)
    func `a fault at the first try of everything does no harm`(_ fault: FaultProxy.Fault) async throws {
        try await FaultProxy.run(before: TestRegistry.host, FaultProxy.first(fault)) { proxy in
            let outcome = try await push(through: proxy)
            #expect(proxy.played[fault, default: 0] > 0)
            #expect(proxy.leaks.isEmpty)
            try await check(outcome)
        }
    }

    /// One of them is another one in each run; its number is in the test's name.
    static let seeds = Array(1...6) + [UInt64(SystemTime().now().timeIntervalSince1970)]

    @Test(arguments: RegistrySettings.UploadMode.allCases, seeds)
    func `any mixture of faults converges`(mode: RegistrySettings.UploadMode, seed: UInt64) async throws {
        try await FaultProxy.run(before: TestRegistry.host, FaultProxy.mixture(seed: seed)) { proxy in
            let outcome = try await push(through: proxy, mode: mode)
            #expect(proxy.played.values.reduce(0, +) > 5)
            #expect(proxy.leaks.isEmpty)
            try await check(outcome)
        }
    }

    @Test func `a registry that lists referrers itself gets no referrers tag`() async throws {
        try await FaultProxy.run(before: TestRegistry.host, listsReferrers: true, { _ in nil }) { proxy in
            try await check(try await push(through: proxy), referrersTag: false)
        }
    }

    @Test func `a wrong digest is never believed`() async throws {
        try await FaultProxy.run(before: TestRegistry.host, { _ in .wrongDigest }) { proxy in
            try await TestRegistry.withClient(settings(proxy, .stream), clock: RecordingClock()) { client in
                let repository = client.settings.pipelineRepository(try PipelineName("house"))
                await #expect { try await client.putBlob(repository, bytes) } throws: {
                    ($0 as? RegistryError)?.code == .headerMismatch
                }
            }
        }
    }
}

/// A key that signs each manifest once and counts.
private final class TestSigner: Sendable {
    private let kept = Mutex<[Digest: ArtifactSignatures]>([:])

    var made: Int { kept.withLock { $0.count } }

    func signatures(of subject: SigningSubject) throws -> ArtifactSignatures {
        try kept.withLock { kept in
            if let found = kept[subject.digest] { return found }
            let signer = ArtifactSigner(publicDER: [1, 2, 3]) { Digest(hashing: $0).bytes }
            let made = try ArtifactSignatures(
                signing: subject, by: signer, run: SigningRun(builder: "https://d.example", invocation: "x"))
            kept[subject.digest] = made
            return made
        }
    }
}

/// An index as a client reads it.
private struct ReferrersIndexView {
    private struct Document: Decodable {
        struct Entry: Decodable {
            let artifactType: String
        }
        let manifests: [Entry]
    }
    let artifactTypes: [String]

    init(_ manifest: EncodedManifest) throws {
        artifactTypes = try JSONDecoder().decode(Document.self, from: Data(manifest.bytes)).manifests.map(
            \.artifactType)
    }
}
