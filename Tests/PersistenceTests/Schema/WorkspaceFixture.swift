import Domain
import FoundationEssentials
import Persistence
import TestSupport

/// Somebody with a workspace that has a row in every tenant table.
struct WorkspaceFixture: TenantScope {
    let userID: UserID
    let workspace: WorkspaceID
    let model: ModelID
    let version: ModelVersionID
    let pipeline: PipelineID
    let pipelineVersion: PipelineVersion
    let publish: Publish
    let edge: Edge
    var token: TokenLimits? { nil }

    static let time = ManualTime.start

    static func make(_ database: Database) async throws -> WorkspaceFixture {
        let random = SystemRandom()
        let user: UserID = random.id()
        return try await database.system(because: "a fixture").write { tx in
            _ = try tx.run(
                .insertUser(
                    user, email: Email(unchecked: "\(user)@example.com"), name: "x", passwordHash: nil, isAdmin: false,
                    at: time))
            let workspace = try tx.run(.createWorkspace(name: WorkspaceName(unchecked: "lab"), for: user, at: time))
            let model = try tx.run(.ensureModel(ModelName(unchecked: "house"), in: workspace, by: user, at: time))
            let version: ModelVersionID = random.id()
            _ = try tx.run(
                .insertModelVersion(
                    version, model: model, named: ModelName(unchecked: "house"), in: workspace, fileName: "m.onnx",
                    sha256: Digest(hashing: [1]),
                    sizeBytes: 1,
                    framework: .onnx, runtime: .onnx, arch: .x86, status: .ready,
                    inspection: try JSONText(encoding: ModelInspection()), manifestDigest: Digest(hashing: [2]),
                    by: user, at: time))
            _ = try tx.run(.setModelConfig(ModelConfig(version: version), ifRevision: 0, by: user, at: time))
            let pipeline = try tx.run(.insertPipeline(PipelineName(unchecked: "p"), in: workspace, by: user, at: time))
            let pipelineVersionID: PipelineVersionID = random.id()
            let steps = [
                PipelineStep.modelInference([.init(name: ModelName(unchecked: "house"), version: version, sha: "00")])
            ]
            let number = try tx.run(
                .insertPipelineVersion(
                    pipelineVersionID, pipeline: pipeline, in: workspace, steps: try JSONText(encoding: steps),
                    by: user, at: time))
            _ = try tx.run(.insertPipelineVersionModels(number, models: [version], in: workspace))
            let pipelineVersion = try required(try tx.run(.pipelineVersion(pipelineVersionID)))
            let publishID = try tx.run(
                .insertPublish(
                    of: pipelineVersion,
                    names: ArtifactNames(root: "r", pipeline: pipelineVersion.pipelineName, version: "v"),
                    engineURL: "r/engine:1", engineConfig: try JSONText(encoding: EngineConfig()), by: user, at: time))
            _ = try tx.run(.insertPublishJob(publishID, in: workspace, at: time))
            let publish = try required(try tx.run(.publish(publishID)))
            let edgeID: EdgeID = random.id()
            _ = try tx.run(
                .insertEdge(
                    edgeID, on: publish, name: EdgeName(unchecked: "e-\(edgeID)"), tags: ["a"], by: user, at: time))
            _ = try tx.run(
                .insertJoinToken(
                    sha256: Digest(hashing: Array("\(edgeID)".utf8)).bytes, edge: edgeID, in: workspace, by: user,
                    at: time,
                    expiresAt: time + 86400))
            let edge = try required(try tx.run(.edge(edgeID)))
            let epoch = random.uuid()
            _ = try tx.run(.lockLogStream(edge: edgeID, epoch: epoch, in: workspace, at: time))
            _ = try tx.run(
                .insertLogBatch(
                    NewLogBatch(
                        edge: edge, epoch: epoch, firstSequence: 1, lastSequence: 1, recordCount: 1, skipRecords: 0,
                        firstTime: time,
                        lastTime: time, isGap: false, bodyBytes: 2, body: [1, 2]), at: time))
            let tag = try tx.run(.insertTag(TagText(unchecked: "of \(user)"), by: user, at: time))
            _ = try tx.run(.addTag(tag, to: version, in: workspace))
            _ = try tx.run(.addTag(tag, to: pipeline, in: workspace))
            return WorkspaceFixture(
                userID: user, workspace: workspace, model: model, version: version, pipeline: pipeline,
                pipelineVersion: pipelineVersion, publish: publish, edge: edge)
        }
    }

    struct Missing: Error {}

    private static func required<T>(_ value: T?) throws(Missing) -> T {
        guard let value else { throw Missing() }
        return value
    }
}
