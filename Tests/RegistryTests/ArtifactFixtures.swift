import Domain
import Foundation
import Registry
import TestSupport

/// One fixed pipeline, whose digests are literals in the tests.
enum Fixture {
    static func model(
        _ name: String = "house-price", version: String = "11111111-2222-4333-8444-555555555555",
        bytes: [UInt8] = Array("a model".utf8)
    ) throws -> PublishedModel {
        PublishedModel(
            name: try ModelName(name), version: ModelVersionID(version) ?? ModelVersionID(rawValue: .init()),
            workspace: WorkspaceID(rawValue: 7), digest: Digest(hashing: bytes), sizeBytes: Int64(bytes.count),
            fileName: "rf_model.onnx")
    }

    static let version = "6c3d9899-1335-456b-aaa0-52d03a017cc4"

    static func definition(
        name: String = "house", version: String = version, steps: [[PublishedModel]]? = nil
    ) throws -> PipelineDefinition {
        PipelineDefinition(
            name: try PipelineName(name),
            version: PipelineVersionID(version) ?? PipelineVersionID(rawValue: .init()),
            steps: try (steps ?? [[model()]]).map { .modelInference($0) },
            validations: [.init(name: "price_too_high", expr: "out.variable.0 < 500000.0")])
    }

    static let engine = EngineConfig(engine: .init(cpu: 0.5, memory: "900Mi"))

    static func image(_ tag: String = "v1") throws -> EngineImage {
        try EngineImage(reference: "registry.example.com/engine:\(tag)", digest: Digest(hashing: Array(tag.utf8)))
    }

    /// Of a key that is none.
    static func signatures(of subject: SigningSubject) throws -> ArtifactSignatures {
        let signer = ArtifactSigner(publicDER: [1]) { Digest(hashing: $0).bytes }
        return try ArtifactSignatures(
            signing: subject, by: signer, run: SigningRun(builder: "https://d.example", invocation: "x"))
    }

    static func chart(_ version: String = "0.0.1-\(version)") throws -> HelmChart {
        let artifact = try PipelineArtifact(definition(), engine: engine)
        return try HelmChart(
            .init(
                pipeline: artifact.definition.name, pipelineVersion: artifact.definition.version,
                registryRoot: "registry.example.com/team", pipelineDigest: artifact.manifest.digest,
                engineImage: image(), engine: engine, chartVersion: version))
    }
}
