import Domain
import Foundation
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import Registry

/// What others attach to what we publish, and how lists of it are read.
@Suite(.timeLimit(.minutes(4))) struct ReferrersTests {
    /// A published pipeline with signatures.
    private func published(_ client: RegistryClient) async throws -> LayoutRoot {
        let model = try Fixture.model()
        let repository = client.settings.modelRepository(workspace: model.workspace, model: model.name)
        _ = try await client.upload(ByteStream([Array("a model".utf8)]), to: repository)
        let artifact = try PipelineArtifact(Fixture.definition(steps: [[model]]), engine: Fixture.engine)
        let receipt = try await Publisher(client).push(
            artifact, engineImage: Fixture.image(), sign: { try Fixture.signatures(of: $0) })
        return LayoutRoot(path: "pipelines/house", tag: receipt.tag, digest: receipt.digest)
    }

    /// Something that is attached, with this layer.
    private func attached(to root: LayoutRoot, layer: Descriptor = .empty) throws -> (Manifest, EncodedManifest) {
        let subject = Descriptor(mediaType: .imageManifest, digest: root.digest, size: 1)
        let manifest = Manifest(
            artifactType: MediaType("application/x-note"), config: .empty, layers: [layer], subject: subject)
        return (manifest, try EncodedManifest(manifest))
    }

    /// A registry with a referrers API, which lists whatever it was told.
    private func withListingRegistry(_ body: (RegistryClient, FaultProxy) async throws -> Void) async throws {
        try await FaultProxy.run(before: TestRegistry.host, listsReferrers: true, { _ in nil }) { proxy in
            var settings = try TestRegistry.settings(host: proxy.host)
            settings.credentials = .init(username: FaultProxy.username, password: Secret(FaultProxy.password))
            try await TestRegistry.withClient(settings, clock: RecordingClock()) { try await body($0, proxy) }
        }
    }

    @Test func `a list in pages is read to its end, and all of it exported`() async throws {
        try await withListingRegistry { client, proxy in
            let root = try await published(client)
            let repository = client.settings.repository(root.path)
            let before = proxy.pages
            // Two bundles and a signature of the files: two pages.
            let found = try await client.referrers(repository, root.digest)
            #expect(found.count == 3 && Set(found).count == 3 && proxy.pages == before + 2)
            let contents = try await client.layout(of: [root])
            #expect(contents.entries.count == 5 && contents.omissions.isEmpty)
            #expect(found.allSatisfy { $0.digest.map { contents.has($0) } == true })
        }
    }

    @Test func `what others attached and can't be taken along is left out and named`() async throws {
        try await withListingRegistry { client, proxy in
            let root = try await published(client)
            let repository = client.settings.repository(root.path)
            let (note, encodedNote) = try attached(to: root)
            try await client.putManifest(repository, .digest(encodedNote.digest), encodedNote)
            let index = EncodedManifest(
                bytes: Array(#"{"manifests":[],"mediaType":"\#(MediaType.imageIndex)","schemaVersion":2}"#.utf8),
                mediaType: .imageIndex)
            try await client.putManifest(repository, .digest(index.digest), index)
            let gone = Digest(hashing: [9] as [UInt8])
            let entries = [
                #"{"digest":"sha512:00","mediaType":"\#(MediaType.imageManifest)","size":1}"#, #"{"odd":[1.5,null]}"#,
                #"{"digest":"\#(gone)","mediaType":"\#(MediaType.imageManifest)","size":1}"#,
                // One that says so, and one that lies.
                #"{"digest":"\#(index.digest)","mediaType":"\#(MediaType.imageIndex)","size":1}"#,
                #"{"digest":"\#(index.digest)","mediaType":"\#(MediaType.imageManifest)","size":1}"#,
                #"{"digest":"\#(gone)","mediaType":"\#(MediaType.imageManifest)","size":9000000}"#,
                #"{"digest":"\#(encodedNote.digest)","mediaType":"\#(encodedNote.mediaType)","size":1}"#,
            ]
            proxy.state.withLock { $0.referrers["\(root.digest)", default: []].insert(contentsOf: entries, at: 0) }
            let contents = try await client.layout(of: [root])
            // The artifact, its signature, two bundles, the files' signature, and the note.
            #expect(contents.entries.count == 6 && contents.has(encodedNote.digest) && note.subject != nil)
            #expect(
                contents.omissions.map(\.description) == [
                    "sha512:00 (a digest of another kind than sha256)", " (a digest of another kind than sha256)",
                    "\(gone) (not in the registry)", "\(index.digest) (an index)",
                    "\(index.digest) (no image manifest)", "\(gone) (too large for a manifest)",
                ])
            let text = String(decoding: try contents.index(), as: UTF8.self)
            #expect(text.contains(#""annotations":{"dev.drover.omitted":"sha512:00 (a digest of"#))
            for try await _ in try LayoutArchive(contents, from: client) {}
        }
    }

    @Test func `a foreign manifest whose blob is gone does not cut the export off`() async throws {
        let root = LayoutRoot(path: "a", tag: nil, digest: Digest(hashing: [1] as [UInt8]))
        let (_, note) = try attached(to: root, layer: Descriptor(mediaType: .octetStream, of: [7]))
        let base = try EncodedManifest(Manifest(artifactType: .modelManifest, config: .empty, layers: [.empty]))
        try await ScriptedServer.run({ request, _ in
            let last = request.path.split(separator: "/").last.map { String($0) } ?? ""
            if request.path.contains("/referrers/") {
                let mine = last == "\(base.digest)"
                let entry = #"{"digest":"\#(note.digest)","mediaType":"\#(note.mediaType)","size":3}"#
                return .status(200, [], #"{"manifests":[\#(mine ? entry : "")]}"#)
            }
            if request.path.contains("/blobs/") {
                return last == "\(Descriptor.empty.digest)" ? .status(200, [("Content-Length", "2")]) : .status(404)
            }
            guard let found = [base, note].first(where: { "\($0.digest)" == last }) else { return .status(404) }
            return ScriptedAnswer(
                status: 200, headers: [("Content-Type", found.mediaType.rawValue)], body: found.bytes)
        }) { server in
            let settings = try RegistrySettings(host: server.host, plainHTTP: true)
            try await TestRegistry.withClient(settings, clock: RecordingClock()) { client in
                let contents = try await client.layout(of: [.init(path: "a", tag: nil, digest: base.digest)])
                #expect(contents.entries.count == 1)
                #expect(contents.omissions.map(\.description) == ["\(note.digest) (a blob is not in the registry)"])
            }
        }
    }

    @Test func `a list without end is not read without end`() async throws {
        let entries = (0..<300).map { #"{"digest":"sha512:\#($0)"}"# }.joined(separator: ",")
        try await ScriptedServer.run({ request, _ in
            .status(200, [("Link", "<\(request.path)?more>; rel=next")], #"{"manifests":[\#(entries)]}"#)
        }) { server in
            let settings = try RegistrySettings(host: server.host, plainHTTP: true)
            try await TestRegistry.withClient(settings, clock: RecordingClock()) { client in
                let digest = Digest(hashing: [1] as [UInt8])
                await #expect {
                    _ = try await client.referrers(RepositoryName(unchecked: "a"), digest)
                } throws: {
                    ($0 as? RegistryError)?.code == .tooLarge
                }
                #expect(server.requests.count == 7)
            }
        }
    }

    @Test func `manifests of an export have a limit in bytes`() throws {
        var contents = LayoutContents()
        let repository = RepositoryName(unchecked: "a")
        let pad = String(repeating: "x", count: 4 << 20)
        #expect {
            for number in 0..<17 {
                let manifest = try EncodedManifest(
                    Manifest(artifactType: nil, config: .empty, layers: [], annotations: ["\(number)": pad]))
                try contents.add(manifest, tag: nil, path: "a", in: repository)
            }
        } throws: {
            ($0 as? RegistryError)?.code == .tooLarge
        }
        #expect(contents.entries.count == 15)
    }
}
