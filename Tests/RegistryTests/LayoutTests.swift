import Archive
import Domain
import Foundation
import NIOCore
import TestSupport
import Testing

@testable import Registry

/// Image, export and import against the real registry.
@Suite(.timeLimit(.minutes(4))) struct LayoutTests {
    private let bytes = sampleBytes(900_000)

    /// Publishes with image and signatures.
    private func published(_ client: RegistryClient) async throws -> (PipelineArtifact, PublishReceipt) {
        let model = try Fixture.model(bytes: bytes)
        let repository = client.settings.modelRepository(workspace: model.workspace, model: model.name)
        _ = try await client.upload(ByteStream([bytes]), to: repository)
        let artifact = try PipelineArtifact(Fixture.definition(steps: [[model]]), engine: Fixture.engine)
        let receipt = try await Publisher(client).push(
            artifact, engineImage: Fixture.image(), withImage: true,
            sign: { try Fixture.signatures(of: $0) })
        return (artifact, receipt)
    }

    /// Where everything of the publish is found.
    private func roots(_ receipt: PublishReceipt) throws -> [LayoutRoot] {
        let image = try #require(receipt.image)
        return [
            LayoutRoot(path: "pipelines/house", tag: receipt.tag, digest: receipt.digest),
            LayoutRoot(path: "pipelines/house", tag: image.tag, digest: image.digest),
            LayoutRoot(
                path: "charts/house", tag: Tag(unchecked: receipt.chartVersion), digest: receipt.chartDigest),
        ]
    }

    private func archive(_ receipt: PublishReceipt, _ client: RegistryClient) async throws -> [UInt8] {
        let archive = try LayoutArchive(try await client.layout(of: roots(receipt)), from: client)
        var all: [UInt8] = []
        for try await buffer in archive { all += Array(buffer: buffer) }
        #expect(Int64(all.count) == archive.size)
        return all
    }

    @discardableResult private func withFile<Value>(_ bytes: [UInt8], _ body: (String) async throws -> Value)
        async throws -> Value
    {
        let path = "\(FileManager.default.temporaryDirectory.path)/layout-\(UUID().uuidString).tar"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }

    @Test func `the image holds the artifact's files and is its referrer`() async throws {
        try await TestRegistry.withClient { client async throws in
            let (artifact, receipt) = try await published(client)
            let image = try #require(receipt.image)
            #expect(image.tag.description == "\(receipt.tag)-image")
            let repository = client.settings.pipelineRepository(artifact.definition.name)
            let stored = try #require(try await client.getManifest(repository, .tag(image.tag)))
            #expect(stored.digest == image.digest)
            let manifest = try stored.decoded()
            #expect(manifest.subject?.digest == receipt.digest && manifest.artifactType == nil)
            #expect(manifest.config.mediaType == .imageConfig && manifest.layers.count == artifact.layers.count)
            #expect(try await client.referrers(repository, receipt.digest).map(\.digest).contains(image.digest))
            let config = try JSONDecoder().decode(
                Config.self, from: Data(try await client.read(repository, manifest.config.digest)))
            for (index, layer) in manifest.layers.enumerated() {
                let tar = try Gzip.inflate(try await client.read(repository, layer.digest), limit: 2 << 20)
                #expect(Digest(hashing: tar).description == config.rootfs.diff_ids[index])
                let header = try #require(try TarHeader(Array(tar[..<512])))
                let original = artifact.layers[index]
                #expect(header.path == original.annotations?[Annotation.title] && header.size == original.size)
                #expect(Digest(hashing: Array(tar[512..<(512 + Int(header.size))])) == original.digest)
            }
            // Again: found, not made.
            let again = try await published(client).1
            #expect(again.image == image)
        }
    }

    private struct Config: Decodable {
        struct RootFS: Decodable {
            let diff_ids: [String]
        }
        let rootfs: RootFS
    }

    @Test func `what was exported is imported elsewhere with the same digests, once`() async throws {
        try await TestRegistry.withClient { client async throws in
            let (_, receipt) = try await published(client)
            let bytes = try await archive(receipt, client)
            #expect(try await archive(receipt, client) == bytes)
            try await TestRegistry.withClient { other in
                try await withFile(bytes) { path in
                    var seen: [[LayoutImport.Outcome]] = [[], []]
                    for round in 0..<2 {
                        try await LayoutImport(other).run(path) { seen[round].append($0) }
                    }
                    // Three artifacts, each with a signature and two bundles, and the signature of the first one's files.
                    #expect(seen[0].count == 13 && seen[0] == seen[1])
                }
                for root in try roots(receipt) {
                    let (from, to) = (client.settings.repository(root.path), other.settings.repository(root.path))
                    let reference = Reference.tag(try #require(root.tag))
                    let manifest = try #require(try await client.getManifest(from, reference))
                    #expect(try await other.getManifest(to, reference) == manifest)
                    for layer in try manifest.decoded().layers {
                        #expect(Digest(hashing: try await other.read(to, layer.digest)) == layer.digest)
                    }
                    let referrers = try await client.referrers(from, manifest.digest)
                    let imported = try await other.referrers(to, manifest.digest)
                    #expect(Set(imported) == Set(referrers) && imported.count == referrers.count)
                    let signature = Reference.tag(Tag(unchecked: "sha256-\(manifest.digest.hex).sig"))
                    #expect(try await other.getManifest(to, signature) == client.getManifest(from, signature))
                }
            }
        }
    }

    @Test func `an export holds what was published, whatever the tags stand for by now`() async throws {
        try await TestRegistry.withClient { client async throws in
            let (_, receipt) = try await published(client)
            let before = try await archive(receipt, client)
            for root in try roots(receipt) {
                let repository = client.settings.repository(root.path)
                _ = try await client.putBlob(repository, Descriptor.emptyJSON)
                let evil = try EncodedManifest(
                    Manifest(artifactType: .sigstoreBundle, config: .empty, layers: [.empty]))
                try await client.putManifest(repository, .tag(try #require(root.tag)), evil)
            }
            #expect(try await archive(receipt, client) == before)
        }
    }

    @Test(arguments: [-1, Int64.min]) func `a size below zero is refused`(size: Int64) throws {
        let digest = Digest(hashing: [1] as [UInt8])
        let empty = #"{"digest":"\#(digest)","mediaType":"m","size":2}"#
        let layer = #"{"digest":"\#(digest)","mediaType":"m","size":\#(size)}"#
        let text = #"{"config":\#(empty),"layers":[\#(layer)],"schemaVersion":2}"#
        let manifest = EncodedManifest(bytes: Array(text.utf8), mediaType: .imageManifest)
        #expect { _ = try manifest.decoded() } throws: { ($0 as? RegistryError)?.code == .manifestInvalid }
    }

    /// Tags of an archive, of a manifest that is no signature, in a place of signatures and referrers.
    static let foreignTags = [
        "sha256-" + String(repeating: "a", count: 64), "sha256-" + String(repeating: "a", count: 64) + ".sig",
        "sha256-x.sig",
    ]

    @Test(arguments: foreignTags + [""])
    func `an import takes no tag of signatures for what is none`(name: String) async throws {
        try await TestRegistry.withClient { client async throws in
            let repository = client.settings.repository("pipelines/house")
            _ = try await client.putBlob(repository, Descriptor.emptyJSON)
            let manifest = try EncodedManifest(
                Manifest(artifactType: .sigstoreBundle, config: .empty, layers: [.empty]))
            // The last case is the right tag of a manifest that is in the archive.
            let tag = name.isEmpty ? "sha256-\(manifest.digest.hex).sig" : name
            var contents = LayoutContents()
            _ = try contents.add(manifest, tag: Tag(unchecked: tag), path: "pipelines/house", in: repository)
            let bytes = try await read(LayoutArchive(contents, from: client))
            try await TestRegistry.withClient { other in
                try await withFile(bytes) { path in
                    await #expect { try await LayoutImport(other).run(path) { _ in } } throws: {
                        ($0 as? RegistryError)?.code == .manifestInvalid
                    }
                }
                let target = other.settings.repository("pipelines/house")
                #expect(try await other.manifestDigest(target, Tag(unchecked: tag)) == nil)
            }
        }
    }

    private func read(_ archive: LayoutArchive) async throws -> [UInt8] {
        var all: [UInt8] = []
        for try await buffer in archive { all += Array(buffer: buffer) }
        return all
    }

    @Test func `only what an archive is for is remembered of it, and not without end`() async throws {
        var tar = TarWriter()
        try tar.add("index.json", [])
        for number in 0..<5 { try tar.add("blobs/sha256/x\(number)", []) }
        let digest = Digest(hashing: [1] as [UInt8])
        try tar.add("blobs/sha256/\(digest.hex)", [1])
        try await withFile(tar.finish()) { path in
            let layout = try await LayoutFile(path, limit: 2)
            #expect(layout.blob(digest)?.size == 1)
            await #expect { _ = try await LayoutFile(path, limit: 1) } throws: {
                ($0 as? RegistryError)?.code == .tooLarge
            }
        }
    }

    @Test func `an archive that was harmed is refused`() async throws {
        try await TestRegistry.withClient { client async throws in
            let bytes = try await archive(published(client).1, client)
            var flipped = bytes
            flipped[500_000] ^= 1  // In the model.
            let half = Array(bytes[..<(bytes.count / 2)])
            let cases: [([UInt8], RegistryError.Code)] = [
                (half, .manifestInvalid), (flipped, .digestMismatch), ([1, 2, 3], .manifestInvalid),
                (TarWriter.end, .manifestInvalid),
            ]
            for (harmed, code) in cases {
                try await TestRegistry.withClient { other in
                    try await withFile(harmed) { path in
                        await #expect {
                            try await LayoutImport(other).run(path) { _ in }
                        } throws: {
                            ($0 as? RegistryError)?.code == code
                        }
                    }
                }
            }
        }
    }

    @Test func `an import moves no tag`() async throws {
        try await TestRegistry.withClient { client async throws in
            let (_, receipt) = try await published(client)
            let bytes = try await archive(receipt, client)
            try await TestRegistry.withClient { other in
                let repository = other.settings.repository("pipelines/house")
                _ = try await other.putBlob(repository, Descriptor.emptyJSON)
                let squatter = try EncodedManifest(
                    Manifest(artifactType: .sigstoreBundle, config: .empty, layers: [.empty]))
                try await other.putManifest(repository, .tag(receipt.tag), squatter)
                try await withFile(bytes) { path in
                    await #expect { try await LayoutImport(other).run(path) { _ in } } throws: {
                        ($0 as? RegistryError)?.code == .digestMismatch
                    }
                }
                #expect(try await other.manifestDigest(repository, receipt.tag) == squatter.digest)
            }
        }
    }
}
