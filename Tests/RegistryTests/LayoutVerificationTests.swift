import Archive
import Crypto
import Domain
import Foundation
import NIOCore
import TestSupport
import Testing

@testable import Registry

/// An import that believes a key, and not who made the archive.
@Suite(.timeLimit(.minutes(4))) struct LayoutVerificationTests {
    private let key = P256.Signing.PrivateKey()

    private func signatures(of subject: SigningSubject) throws -> ArtifactSignatures {
        let signer = ArtifactSigner(publicDER: Array(key.publicKey.derRepresentation)) { message in
            Array(try key.signature(for: message).derRepresentation)
        }
        return try ArtifactSignatures(
            signing: subject, by: signer, run: SigningRun(builder: "https://d.example", invocation: "x"))
    }

    /// A published pipeline with its image and chart, as an archive that its maker may change.
    private func archive(
        _ client: RegistryClient, isSigned: Bool = true, _ change: (inout [LayoutRoot]) -> Void = { _ in }
    ) async throws -> [UInt8] {
        let model = try Fixture.model()
        let repository = client.settings.modelRepository(workspace: model.workspace, model: model.name)
        _ = try await client.upload(ByteStream([Array("a model".utf8)]), to: repository)
        let artifact = try PipelineArtifact(Fixture.definition(steps: [[model]]), engine: Fixture.engine)
        let sign: Publisher.Sign = { try signatures(of: $0) }
        let receipt = try await Publisher(client).push(
            artifact, engineImage: Fixture.image(), withImage: true, sign: isSigned ? sign : nil)
        let image = try #require(receipt.image)
        var roots = [
            LayoutRoot(path: "pipelines/house", tag: receipt.tag, digest: receipt.digest),
            LayoutRoot(path: "pipelines/house", tag: image.tag, digest: image.digest),
            LayoutRoot(path: "charts/house", tag: Tag(unchecked: receipt.chartVersion), digest: receipt.chartDigest),
        ]
        change(&roots)
        var all: [UInt8] = []
        for try await buffer in try LayoutArchive(try await client.layout(of: roots), from: client) {
            all += Array(buffer: buffer)
        }
        return all
    }

    /// Imports into a registry of its own.
    /// - Returns: names of what came in.
    private func imported(_ bytes: [UInt8], _ key: P256.Signing.PublicKey) async throws -> [String] {
        let path = "\(FileManager.default.temporaryDirectory.path)/layout-\(UUID().uuidString).tar"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let verification = try LayoutVerification(publicPEM: key.pemRepresentation)
        return try await TestRegistry.withClient { other in
            var seen: [String] = []
            do {
                try await LayoutImport(other).run(path, verification: verification) { seen.append($0.name) }
            } catch {
                #expect(seen.isEmpty, "nothing is sent before all is verified")
                throw error
            }
            return seen
        }
    }

    @Test func `what the key signed comes in`() async throws {
        try await TestRegistry.withClient { client in
            let names = try await imported(try await archive(client), key.publicKey)
            #expect(names.count == 13)
        }
    }

    @Test func `another key's signatures, and none, are refused`() async throws {
        try await TestRegistry.withClient { client in
            let bytes = try await archive(client)
            await #expect { try await imported(bytes, P256.Signing.PrivateKey().publicKey) } throws: {
                isUnverified($0)
            }
        }
        try await TestRegistry.withClient { client in
            let bytes = try await archive(client, isSigned: false)
            await #expect { try await imported(bytes, key.publicKey) } throws: { isUnverified($0) }
        }
    }

    @Test func `what was signed can't come in under another name`() async throws {
        try await TestRegistry.withClient { client in
            let renamed = try await archive(client) { roots in
                let tag = Tag(unchecked: "99999999-2222-4333-8444-555555555555")
                roots[0] = LayoutRoot(path: roots[0].path, tag: tag, digest: roots[0].digest)
            }
            await #expect { try await imported(renamed, key.publicKey) } throws: { isUnverified($0) }
            let nameless = try await archive(client) { roots in
                roots = roots.map { LayoutRoot(path: $0.path, tag: nil, digest: $0.digest) }
            }
            await #expect { try await imported(nameless, key.publicKey) } throws: { isUnverified($0) }
        }
    }

    @Test(arguments: ["", "no key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
    func `a key that is none is refused`(text: String) {
        #expect(throws: Refusal.self) { try LayoutVerification(publicPEM: text) }
    }

    private func isUnverified(_ error: any Error) -> Bool { (error as? RegistryError)?.code == .unverified }
}
