import Domain
import Foundation
import NIOCore
import TestSupport
import Testing

@testable import Registry

/// Against the real registry.
@Suite(.timeLimit(.minutes(4))) struct BlobTests {
    private func repository(_ client: RegistryClient, _ name: String) -> RepositoryName {
        RepositoryName(unchecked: "\(client.settings.repositoryPrefix)/\(name)")
    }

    @Test func `the registry answers`() async throws {
        try await TestRegistry.withClient { try await $0.ping() }
    }

    @Test(arguments: [0, 1, 3_000_000]) func `a blob is sent once and comes back verified`(count: Int) async throws {
        try await TestRegistry.withClient { client async throws in
            let repository = repository(client, "a")
            let bytes = sampleBytes(count)
            let digest = Digest(hashing: bytes)
            #expect(try await client.blobExists(repository, digest) == nil)
            #expect(try await client.putBlob(repository, bytes) == .sent)
            #expect(try await client.putBlob(repository, bytes) == .exists)
            #expect(try await client.blobExists(repository, digest) == Int64(count))
            #expect(try await client.read(repository, digest) == bytes)
        }
    }

    @Test func `a file is sent once, and one that changed is refused`() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("drover-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let bytes = sampleBytes(2_000_001)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let digest = Digest(hashing: bytes)
        try await TestRegistry.withClient { client async throws in
            let repository = repository(client, "a")
            let other = Digest(hashing: [1, 2, 3] as [UInt8])
            let size = Int64(bytes.count)
            await #expect { try await client.putBlob(repository, file: path, digest: other, size: size) } throws: {
                ($0 as? RegistryError)?.code == .digestMismatch
            }
            await #expect { try await client.putBlob(repository, file: path, digest: digest, size: size + 1) } throws: {
                ($0 as? RegistryError)?.code == .lengthMismatch
            }
            #expect(try await client.blobExists(repository, digest) == nil)
            #expect(try await client.putBlob(repository, file: path, digest: digest, size: size) == .sent)
            #expect(try await client.putBlob(repository, file: path, digest: digest, size: size) == .exists)
            #expect(try await client.read(repository, digest) == bytes)
            await #expect { try await client.putBlob(repository, file: path + "-", digest: other, size: 3) } throws: {
                ($0 as? RegistryError)?.code == .localFile
            }
        }
    }

    @Test func `a blob is mounted from another repository, an unknown one opens an upload`() async throws {
        try await TestRegistry.withClient { client async throws in
            let (source, target) = (repository(client, "source"), repository(client, "target"))
            let bytes = sampleBytes(100_000)
            let digest = Digest(hashing: bytes)
            _ = try await client.putBlob(source, bytes)
            guard case .mounted = try await client.mount(target, digest, from: source) else {
                Issue.record("docker-registry did not mount")
                return
            }
            #expect(try await client.read(target, digest) == bytes)
            guard case .uploadStarted(let session) = try await client.mount(target, Digest(hashing: []), from: source)
            else {
                Issue.record("an unknown blob was mounted")
                return
            }
            await client.cancel(session)
        }
    }

    @Test func `manifests are stored, found by tag, read back and deleted`() async throws {
        try await TestRegistry.withClient { client async throws in
            let repository = repository(client, "m")
            let config = Array("{}".utf8)
            let manifest = try EncodedManifest(
                Manifest(
                    artifactType: .modelManifest, config: Descriptor(mediaType: .modelConfig, of: config), layers: []))
            let tag = try #require(Tag("v1"))
            await #expect { try await client.putManifest(repository, .tag(tag), manifest) } throws: {
                ($0 as? RegistryError)?.code == .manifestInvalid
            }
            _ = try await client.putBlob(repository, config)
            #expect(try await client.manifestDigest(repository, tag) == nil)
            try await client.putManifest(repository, .tag(tag), manifest)
            #expect(try await client.manifestDigest(repository, tag) == manifest.digest)
            #expect(try await client.getManifest(repository, .tag(tag)) == manifest)
            #expect(try await client.getManifest(repository, .digest(manifest.digest))?.decoded().config.size == 2)
            try await client.remove(repository, manifest.digest)
            try await client.remove(repository, manifest.digest)
            #expect(try await client.getManifest(repository, .tag(tag)) == nil)
        }
    }
}

extension RegistryClient {
    /// The whole blob, verified.
    func read(_ repository: RepositoryName, _ digest: Digest) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await buffer in try await getBlob(repository, digest) { bytes += Array(buffer: buffer) }
        return bytes
    }
}
