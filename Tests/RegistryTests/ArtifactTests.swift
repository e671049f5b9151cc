import Domain
import Foundation
import Registry
import TestSupport
import Testing

@Suite struct ArtifactTests {
    @Test func `JSON whose digest matters has one form`() throws {
        let value = ["b/c": 1, "a": 2, "B": 3]
        #expect(String(decoding: try CanonicalJSON.encode(value), as: UTF8.self) == #"{"B":3,"a":2,"b/c":1}"#)
    }

    @Test(.proves("PUB-17")) func `the same pipeline version always has the same digest`() throws {
        // Both literals were also computed in Python from the description in publish-and-edge.md, 1b.
        let digests = Set(
            try (0..<20).map { _ in try PipelineArtifact(Fixture.definition(), engine: Fixture.engine).manifest.digest }
        )
        #expect(digests.map(\.hex) == ["69d44e1f7cf652ce5bbd6ad37e932d5f6931712734269e50528fcb864c6cf12d"])
        #expect(
            try ModelArtifact(Fixture.model()).manifest.digest.hex
                == "6f7c96a5146d949ffe01063e24af42b0108149aaffeba9f59c948d009ecc563b")
    }

    @Test func `pipeline.json and engine.json are canonical`() throws {
        let artifact = try PipelineArtifact(Fixture.definition(), engine: Fixture.engine)
        let sha = try Fixture.model().digest.hex
        #expect(
            String(decoding: artifact.pipelineJSON, as: UTF8.self)
                == #"{"apiVersion":"v1","kind":"Pipeline","name":"house","steps":[{"modelInference":{"models":[{"#
                + #""name":"house-price","sha":"\#(sha)","version":"11111111-2222-4333-8444-555555555555"}]}}],"#
                + #""validations":[{"expr":"out.variable.0 < 500000.0","name":"price_too_high"}],"#
                + #""version":"6c3d9899-1335-456b-aaa0-52d03a017cc4"}"#)
        #expect(
            String(decoding: artifact.engineJSON, as: UTF8.self)
                == #"{"engine":{"resources":{"limits":{"cpu":0.5,"memory":"900Mi"},"requests":{"cpu":0.5,"#
                + #""memory":"900Mi"}}},"engineAux":{"images":{}},"enginelb":{}}"#)
    }

    @Test(.proves("PUB-14")) func `each model is one raw layer that tells digest, name, type, runtime and version`()
        throws
    {
        let first = try Fixture.model()
        let second = try Fixture.model("other", version: "99999999-2222-4333-8444-555555555555", bytes: [1])
        let artifact = try PipelineArtifact(
            Fixture.definition(steps: [[first], [second]]), engine: Fixture.engine)
        let manifest = try artifact.manifest.decoded()
        #expect(manifest.layers.map { $0.annotations?[Annotation.role] } == ["pipeline", "engine", "model", "model"])
        for (layer, model) in zip(manifest.layers.dropFirst(2), [first, second]) {
            #expect(layer.digest == model.digest)
            #expect(layer.size == model.sizeBytes)
            #expect(layer.mediaType == .modelWeight)
            let path = "models/\(model.name)/\(model.version)/rf_model.onnx"
            #expect(
                layer.annotations == [
                    "org.opencontainers.image.title": path,
                    "org.cncf.model.filepath": path,
                    "org.cncf.model.file.mediatype.untested": "false",
                    "dev.drover.role": "model",
                    "dev.drover.model.name": model.name.rawValue,
                    "dev.drover.model.version": model.version.description,
                    "dev.drover.model.runtime": "onnx",
                    "dev.drover.model.arch": "x86",
                ])
        }
        #expect(manifest.layers[0].digest == Digest(hashing: artifact.pipelineJSON))
    }

    @Test func `only ModelPack's own layer types are used`() throws {
        let manifest = try PipelineArtifact(Fixture.definition(), engine: Fixture.engine).manifest.decoded()
        #expect(manifest.artifactType == .modelManifest)
        #expect(manifest.config.mediaType == .modelConfig)
        #expect(
            manifest.layers.allSatisfy {
                $0.mediaType.rawValue.hasPrefix("application/vnd.cncf.model.weight")
                    && $0.mediaType.rawValue.hasSuffix(".v1.raw")
            })
    }

    @Test func `equal files are one layer, in step order`() throws {
        let a = try Fixture.model("a", bytes: [1])
        let b = try Fixture.model("b", bytes: [2])
        let twin = try Fixture.model("c", bytes: [1])
        let artifact = try PipelineArtifact(
            Fixture.definition(steps: [[b], [a], [twin], [b]]), engine: Fixture.engine)
        #expect(artifact.models == [b, a])
        #expect(artifact.layers.count == 4)
    }

    @Test func `what changes the content changes the digest, and nothing else does`() throws {
        let base = try PipelineArtifact(Fixture.definition(), engine: Fixture.engine)
        let others = [
            try PipelineArtifact(Fixture.definition(), engine: EngineConfig()),
            try PipelineArtifact(Fixture.definition(name: "house2"), engine: Fixture.engine),
            try PipelineArtifact(
                Fixture.definition(version: "7c3d9899-1335-456b-aaa0-52d03a017cc4"), engine: Fixture.engine),
            try PipelineArtifact(
                Fixture.definition(steps: [[Fixture.model(bytes: [9])]]), engine: Fixture.engine),
        ]
        #expect(Set(others.map(\.manifest.digest) + [base.manifest.digest]).count == 5)
        #expect(base.tag.description == Fixture.version)
        #expect(base.alternativeTag.description == "\(Fixture.version)-\(base.manifest.digest.hex.prefix(12))")
    }

    @Test func `a pipeline without models is refused`() {
        #expect { try PipelineArtifact(Fixture.definition(steps: []), engine: Fixture.engine) } throws: {
            ($0 as? RegistryError)?.code == .manifestInvalid
        }
    }

    @Test(arguments: [
        ("rf_model.onnx", "rf_model.onnx"), ("../../etc/passwd", "model.._.._etc_passwd"), ("", "model"),
        ("a b\n.onnx", "a_b_.onnx"), (".hidden", "model.hidden"),
    ])
    func `file names stay in their directory`(name: String, kept: String) throws {
        let model = try Fixture.model()
        let renamed = PublishedModel(
            name: model.name, version: model.version, workspace: model.workspace, digest: model.digest, sizeBytes: 1,
            fileName: name)
        #expect(renamed.fileName == kept)
    }
}
