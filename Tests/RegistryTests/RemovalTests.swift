import Domain
import Foundation
import TestSupport
import Testing

@testable import Registry

/// What is taken out of a registry, and what stays in it.
@Suite(.timeLimit(.minutes(4))) struct RemovalTests {
    private let repository = RepositoryName(unchecked: "a/b")
    private let digest = Digest(hashing: [1] as [UInt8])
    private let tag = Tag(unchecked: "v1")

    private struct Stopped: Error {}

    /// Publishes with signatures, as a job does it.
    private func publish(_ client: RegistryClient, _ engine: EngineConfig, image: Bool = false) async throws
        -> PublishReceipt
    {
        let model = try Fixture.model()
        _ = try await client.putBlob(
            client.settings.modelRepository(workspace: model.workspace, model: model.name), Array("a model".utf8))
        return try await Publisher(client).push(
            try PipelineArtifact(Fixture.definition(), engine: engine), engineImage: try Fixture.image(),
            withImage: image, sign: { try Fixture.signatures(of: $0) })
    }

    private func removal(_ client: RegistryClient) throws -> Removal {
        Removal(client.settings.pipelineRepository(try Fixture.definition().name), prefix: Fixture.version)
    }

    @Test func `everything of a version goes, with signatures and referrers`() async throws {
        try await TestRegistry.withClient(clock: RecordingClock()) { client in
            let receipt = try await publish(client, Fixture.engine, image: true)
            let removal = try removal(client)
            let attached = try await client.referrerDigests(removal.repository, receipt.digest)
            #expect(attached.count == 4)
            try await Publisher(client).remove(removal) {}
            #expect(try await client.tags(of: removal.repository).isEmpty)
            for digest in attached + [receipt.digest] {
                #expect(try await !client.hasManifest(removal.repository, digest))
            }
            try await Publisher(client).remove(removal) {}
        }
    }

    @Test func `what is kept by tag or by digest stays, with what is attached to it`() async throws {
        try await TestRegistry.withClient(clock: RecordingClock()) { client in
            let first = try await publish(client, Fixture.engine)
            let second = try await publish(client, EngineConfig(engine: .init(cpu: 2, memory: "1Gi")))
            var removal = try removal(client)
            removal.keptTags = [first.tag]
            removal.keptDigests = [first.digest]
            removal.digests = [first.digest, second.digest]
            try await Publisher(client).remove(removal) {}
            let hex = "sha256-\(first.digest.hex)"
            #expect(
                Set(try await client.tags(of: removal.repository).map(\.description))
                    == [first.tag.description, hex, "\(hex).sig"])
            #expect(try await client.referrerDigests(removal.repository, first.digest).count == 3)
        }
    }

    /// The manifest that all else is found by goes last.
    @Test func `a removal that is cut off anywhere is finished by the next one`() async throws {
        for moment in 1...11 {
            try await TestRegistry.withClient(clock: RecordingClock()) { client in
                _ = try await publish(client, Fixture.engine, image: true)
                let (removal, steps) = (try removal(client), Steps())
                await #expect(throws: Stopped.self) {
                    try await Publisher(client).remove(removal) {
                        if await steps.next() == moment { throw Stopped() }
                    }
                }
                try await Publisher(client).remove(removal) {}
                #expect(try await client.tags(of: removal.repository).isEmpty)
            }
        }
    }

    private actor Steps {
        private var count = 0
        func next() -> Int {
            count += 1
            return count
        }
    }

    @Test func `a repository that is not there has nothing to remove`() async throws {
        try await TestRegistry.withClient(clock: RecordingClock()) { client in
            try await Publisher(client).remove(try removal(client)) {}
        }
    }

    // MARK: Registries that refuse

    private func removing(_ script: @escaping ScriptedServer.Script) async throws -> (RegistryError?, [String]) {
        try await ScriptedServer.run(script) { server in
            let settings = try RegistrySettings(host: server.host, plainHTTP: true)
            return try await TestRegistry.withClient(settings, clock: RecordingClock()) { client in
                var failure: RegistryError?
                do {
                    try await client.remove(repository, digest, tagged: tag)
                } catch {
                    failure = error as? RegistryError
                }
                return (failure, server.requests.map(\.path))
            }
        }
    }

    @Test func `a registry that only removes names is given the name`() async throws {
        let (failure, paths) = try await removing { request, _ in
            .status(request.path.contains("sha256:") ? 405 : 202)
        }
        #expect(failure == nil)
        #expect(paths == ["/v2/a/b/manifests/\(digest)", "/v2/a/b/manifests/v1"])
    }

    @Test(arguments: [
        #"{"errors":[{"code":"UNSUPPORTED"}]}"#, #"{"errors":[{"code":"DIGEST_INVALID"}]}"#, "{}",
    ])
    func `a registry that removes nothing says so, however it says it`(_ second: String) async throws {
        let (failure, _) = try await removing { request, _ in
            request.path.contains("sha256:")
                ? .status(405, [], #"{"errors":[{"code":"UNSUPPORTED"}]}"#) : .status(400, [], second)
        }
        #expect(failure?.code == .unsupported)
    }

    @Test func `passing trouble is not tried again at once, because by then it may be somebody else's`() async throws {
        let (failure, paths) = try await removing { _, _ in .status(503) }
        #expect(failure?.isTransient == true && paths.count == 1)
    }

    @Test func `names come in pages`() async throws {
        let found = try await ScriptedServer.run({ request, _ in
            request.query["last"] == nil
                ? .status(200, [("Link", "</v2/a/b/tags/list?last=one&n=1>; rel=\"next\"")], #"{"tags":["one"]}"#)
                : .status(200, [], #"{"tags":["two"]}"#)
        }) { server in
            let settings = try RegistrySettings(host: server.host, plainHTTP: true)
            return try await TestRegistry.withClient(settings, clock: RecordingClock()) { client in
                try await client.tags(of: repository)
            }
        }
        #expect(found.map(\.description) == ["one", "two"])
    }
}
