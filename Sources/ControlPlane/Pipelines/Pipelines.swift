import Auth
import Domain
import FoundationEssentials
import Persistence

/// Pipelines and their versions.
package struct Pipelines: Sendable {
    let database: Database
    let time: any TimeSource
    let random: any RandomSource

    /// Most steps of a pipeline.
    static let maxSteps = 64

    /// Makes a pipeline with its first version (PIPE-02, PIPE-05).
    /// - Throws: `Refusal`: notFound, `workspace_archived`, `name_taken`, invalid for an unknown model version.
    func create(named name: PipelineName, steps: [[ModelVersionID]], in workspace: WorkspaceID, by principal: Principal)
        async throws -> (Pipeline, PipelineVersion)
    {
        let versionID: PipelineVersionID = random.id()
        let now = time.now()
        do {
            return try await database.change(
                as: principal, .pipelineCreate, on: { AuditSubject(.pipeline, $0.0.id, in: workspace) }
            ) { tx in
                try Workspaces.requireOpen(workspace, tx)
                let id = try tx.run(.insertPipeline(name, in: workspace, by: principal.userID, at: now))
                let version = try Self.addVersion(versionID, steps, to: id, in: workspace, by: principal, at: now, tx)
                guard let pipeline = try tx.run(.pipeline(id)) else { throw Refusal.notFound(.pipeline) }
                return (pipeline, version)
            }
        } catch let error as DatabaseError where error.violates(.pipelinesName) {
            throw Refusal.conflict(.nameTaken, "the workspace has a pipeline named \(name)")
        } catch let error as DatabaseError where error.violates(.pipelineVersionModelsModel) {
            throw Self.modelDeleted
        }
    }

    /// A model version was deleted while a step with it was stored.
    private static let modelDeleted = Refusal.invalid("steps", "known", "model versions of the pipeline's workspace")

    /// Stores steps as a new version (PIPE-17).
    /// - Throws: `Refusal`: notFound, `workspace_archived`, invalid for an unknown model version.
    func createVersion(of id: PipelineID, steps: [[ModelVersionID]], by principal: Principal) async throws
        -> PipelineVersion
    {
        let versionID: PipelineVersionID = random.id()
        let now = time.now()
        do {
            return try await database.change(
                as: principal, .pipelineVersionCreate, on: { AuditSubject(.pipelineVersion, $0.id, in: $0.workspaceID) }
            ) { tx in
                guard let pipeline = try tx.run(.pipeline(id)) else { throw Refusal.notFound(.pipeline) }
                try Workspaces.requireOpen(pipeline.workspaceID, tx)
                let version = try Self.addVersion(
                    versionID, steps, to: id, in: pipeline.workspaceID, by: principal, at: now, tx)
                _ = try tx.run(.touchPipeline(id, at: now))
                return version
            }
        } catch let error as DatabaseError where error.violates(.pipelineVersionModelsModel) {
            throw Self.modelDeleted
        }
    }

    private static func addVersion(
        _ versionID: PipelineVersionID, _ steps: [[ModelVersionID]], to id: PipelineID, in workspace: WorkspaceID,
        by principal: Principal, at now: Date, _ tx: borrowing WriteTransaction
    ) throws -> PipelineVersion {
        let known = try tx.run(.modelVersions(steps.flatMap { $0 }, in: workspace))
        let resolved = try resolve(steps, known)
        let number = try tx.run(
            .insertPipelineVersion(
                versionID, pipeline: id, in: workspace, steps: try JSONText(encoding: resolved), by: principal.userID,
                at: now))
        _ = try tx.run(
            .insertPipelineVersionModels(number, models: resolved.flatMap { $0.models.map(\.version) }, in: workspace))
        guard let version = try tx.run(.pipelineVersion(versionID)) else { throw Refusal.notFound(.pipelineVersion) }
        return version
    }

    /// Fills in name and sha of each model version; all must be in the pipeline's workspace and ready (PIPE-15).
    static func resolve(_ steps: [[ModelVersionID]], _ known: [ModelVersion]) throws(Refusal) -> [PipelineStep] {
        let byID = Dictionary(known.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        guard steps.count <= maxSteps else { throw .invalid("steps", "count", "at most \(maxSteps) steps") }
        var resolved: [PipelineStep] = []
        for (index, models) in steps.enumerated() {
            let field = "steps[\(index)].model_inference.models"
            guard models.count == 1 else {
                throw .invalid(field, "count", "a model inference step has exactly one model")
            }
            guard let model = byID[models[0]] else {
                throw .invalid("\(field)[0].version", "known", "a model version of the pipeline's workspace")
            }
            guard model.status == .ready else {
                throw .conflict(.modelNotReady, "model version \(model.id) is \(model.status.rawValue), not ready")
            }
            resolved.append(.modelInference([.init(name: model.modelName, version: model.id, sha: model.sha256.hex)]))
        }
        return resolved
    }

    /// - Throws: `Refusal.notFound`.
    func pipeline(_ id: PipelineID, by principal: Principal) async throws -> Pipeline {
        guard let pipeline = try await database.run(.pipeline(id), as: principal) else {
            throw Refusal.notFound(.pipeline)
        }
        return pipeline
    }

    /// Newest first (PIPE-04); of one workspace, or of all that the principal sees; with a term only what has a tag with
    /// it (TAG-06).
    /// - Throws: `Refusal.notFound` for a workspace of others.
    func list(
        in workspace: WorkspaceID?, tagged term: String?, after: PipelineID?, limit: Int, by principal: Principal
    ) async throws -> [PipelineListing] {
        let listing = Query<[PipelineListing]>.pipelines(in: workspace, tagged: term, after: after, limit: limit)
        guard let workspace else { return try await database.run(listing, as: principal) }
        let (found, rows) = try await database.run(.workspaceAccess(workspace), listing, as: principal)
        guard found != nil else { throw Refusal.notFound(.workspace) }
        return rows
    }

    /// - Throws: `Refusal.notFound`.
    func version(_ id: PipelineVersionID, by principal: Principal) async throws -> PipelineVersion {
        guard let version = try await database.run(.pipelineVersion(id), as: principal) else {
            throw Refusal.notFound(.pipelineVersion)
        }
        return version
    }

    /// Newest first (PIPE-18).
    /// - Throws: `Refusal.notFound`.
    func versions(of id: PipelineID, after: PipelineVersionNumber?, limit: Int, by principal: Principal) async throws
        -> [PipelineVersion]
    {
        let (pipeline, rows) = try await database.run(
            .pipeline(id), .pipelineVersions(of: id, after: after, limit: limit), as: principal)
        guard pipeline != nil else { throw Refusal.notFound(.pipeline) }
        return rows
    }
}
