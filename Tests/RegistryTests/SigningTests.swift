import Domain
import Foundation
import TestSupport
import Testing

@testable import Registry

/// Signatures as documents, and the two tags that others write to as well.
@Suite struct SigningTests {
    private func subject() throws -> SigningSubject {
        let artifact = try PipelineArtifact(Fixture.definition(), engine: Fixture.engine)
        let settings = try RegistrySettings(host: "registry.example.com", repositoryPrefix: "team")
        return SigningSubject(
            artifact.manifest, in: settings.pipelineRepository(artifact.definition.name), host: settings.host,
            provenance: .pipeline(artifact, settings))
    }

    private func signatures(_ key: UInt8 = 1) throws -> ArtifactSignatures {
        try ArtifactSignatures(
            signing: try subject(), by: ArtifactSigner(publicDER: [key]) { [key] + Digest(hashing: $0).bytes },
            run: SigningRun(builder: "https://d.example", invocation: "https://d.example/api/v1/publishes/1"))
    }

    @Test func `what is signed has the lengths of its parts`() {
        // The example of DSSE's protocol.md.
        let encoded = DSSEEnvelope.preAuthenticationEncoding(
            type: "http://example.com/HelloWorld", payload: Array("hello world".utf8))
        #expect(String(decoding: encoded, as: UTF8.self) == "DSSEv1 29 http://example.com/HelloWorld 11 hello world")
    }

    @Test func `cosign's payload names the manifest and where it is`() throws {
        let (subject, signatures) = (try subject(), try signatures())
        #expect(
            String(decoding: signatures.payload, as: UTF8.self)
                == #"{"critical":{"identity":{"docker-reference":"registry.example.com/team/pipelines/house"},"#
                + #""image":{"docker-manifest-digest":"\#(subject.digest)"},"#
                + #""type":"cosign container image signature"},"optional":null}"#)
        #expect(signatures.signature == [1] + Digest(hashing: signatures.payload).bytes)
    }

    @Test func `the same signer says the same, but for its signatures`() throws {
        #expect(try signatures() == signatures())
        #expect(try signatures(2).payload == signatures(1).payload)
        #expect(try signatures(2).bundle != signatures(1).bundle)
    }

    // MARK: The tag of signatures

    @Test func `signatures of several keys stand side by side, each once`() throws {
        let layers = try [1, 2].map { SignatureManifest.layer(try signatures($0)) }
        let first = try #require(try SignatureManifest(adding: [layers[0]], to: nil))
        #expect(try SignatureManifest(adding: [layers[0]], to: first.manifest) == nil)
        let second = try #require(try SignatureManifest(adding: layers, to: first.manifest))
        #expect(try second.manifest.decoded().layers == layers)
        #expect(second.manifest.digest != first.manifest.digest)
    }

    @Test func `a tag of signatures that holds something else is left alone`() throws {
        let other = try EncodedManifest(
            Manifest(artifactType: nil, config: .empty, layers: [Descriptor(mediaType: .imageLayer, of: [1])]))
        let layer = SignatureManifest.layer(try signatures())
        #expect { try SignatureManifest(adding: [layer], to: other) } throws: {
            ($0 as? RegistryError)?.code == .manifestInvalid
        }
    }

    // MARK: The index of referrers

    private func index(_ text: String, _ type: MediaType = .imageIndex) throws -> ReferrersIndex {
        try ReferrersIndex(EncodedManifest(bytes: Array(text.utf8), mediaType: type))
    }

    @Test func `an index of referrers keeps what others wrote`() throws {
        let others = #"""
            {"annotations":{"a":"b"},"manifests":[{"artifactType":"x/y","digest":"sha512:00","mediaType":"m","more":[1.5,null,true],
            "platform":{"os":"linux"},"size":7}],"mediaType":"application/vnd.oci.image.index.v1+json","schemaVersion":2}
            """#
        var index = try index(others)
        let manifest = Manifest(
            artifactType: .sigstoreBundle, config: .empty, layers: [.empty], annotations: ["k": "v"])
        let encoded = try EncodedManifest(manifest)
        for _ in 0..<2 { index.add(manifest, encoded) }
        #expect(index.isChanged)
        let text = String(decoding: try index.encoded().bytes, as: UTF8.self)
        #expect(text.contains(#""more":[1.5,null,true],"platform":{"os":"linux"},"size":7}"#))
        #expect(text.hasPrefix(#"{"annotations":{"a":"b"},"manifests":["#))
        #expect(text.components(separatedBy: "\(encoded.digest)").count == 2)
        #expect(
            text.contains(#"{"annotations":{"k":"v"},"artifactType":"application/vnd.dev.sigstore.bundle.v0.3+json""#))
        var again = try self.index(text)
        again.add(manifest, encoded)
        #expect(!again.isChanged)
    }

    @Test(arguments: [
        ("{}", MediaType.imageManifest), ("[]", .imageIndex), ("no json", .imageIndex),
        (#"{"manifests":3}"#, .imageIndex),
    ])
    func `a referrers tag that is no index is left alone`(text: String, type: MediaType) {
        #expect { try index(text, type) } throws: { ($0 as? RegistryError)?.code == .manifestInvalid }
    }

    @Test func `a referrer without an artifact type has its config's`() throws {
        var index = try ReferrersIndex(nil)
        let manifest = Manifest(
            artifactType: nil, config: Descriptor(mediaType: .imageConfig, of: [1]), layers: [.empty])
        index.add(manifest, try EncodedManifest(manifest))
        #expect(
            String(decoding: try index.encoded().bytes, as: UTF8.self)
                .contains(#""artifactType":"application/vnd.oci.image.config.v1+json""#))
    }

    @Test func `an entry of ours that somebody else wrote without type and annotations is made whole`() throws {
        let manifest = Manifest(
            artifactType: .sigstoreBundle, config: .empty, layers: [.empty], annotations: ["k": "v"])
        let encoded = try EncodedManifest(manifest)
        let entry =
            #"{"digest":"\#(encoded.digest)","mediaType":"\#(encoded.mediaType)","more":1,"size":\#(encoded.bytes.count)}"#
        var index = try index(#"{"manifests":[\#(entry),{"digest":"sha512:00"},\#(entry)],"schemaVersion":2}"#)
        index.add(manifest, encoded)
        #expect(index.isChanged)
        let text = String(decoding: try index.encoded().bytes, as: UTF8.self)
        #expect(text.components(separatedBy: "\(encoded.digest)").count == 2)
        #expect(text.contains(#"{"annotations":{"k":"v"},"artifactType":"\#(MediaType.sigstoreBundle)","digest":"#))
        #expect(text.contains(#""more":1"#) && text.contains("sha512:00"))
    }

    @Test func `an index without a version gets one`() throws {
        var index = try index("{}")
        let manifest = Manifest(artifactType: .sigstoreBundle, config: .empty, layers: [.empty])
        index.add(manifest, try EncodedManifest(manifest))
        let text = String(decoding: try index.encoded().bytes, as: UTF8.self)
        #expect(text.hasSuffix(#"],"mediaType":"application/vnd.oci.image.index.v1+json","schemaVersion":2}"#))
    }
}
