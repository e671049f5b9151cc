import Auth
import Domain
import FoundationEssentials
import HTTPTypes
import ModelFormats
import NIOCore
import Persistence
import Registry

/// Models and their versions. A version's bytes are a blob of the OCI registry; the database knows its digest.
package struct Models: Sendable {
    let database: Database
    let registryAccess: RegistryAccess
    let settings: ModelSettings
    let time: any TimeSource
    let random: any RandomSource
    /// Wakes the conversions of this replica.
    var wakeConversions: @Sendable () -> Void = {}
    let quotas: Quotas
    /// Wakes the removals of this replica.
    var wakeRemovals: @Sendable () -> Void = {}

    /// What an upload says of itself, checked.
    struct Upload: Sendable {
        let workspace: WorkspaceID
        let model: ModelName
        let fileName: String
        let framework: ModelFramework
        let arch: Architecture
        let accel: Accelerator
        /// Encapsulated Arrow messages, checked.
        let inputSchema: [UInt8]?
        let outputSchema: [UInt8]?
        /// Bytes, when the client announced them.
        let length: Int64?
        /// From `Content-Digest`.
        let expected: Digest?
        /// The container image that runs it, when that is what was registered (IMG-06).
        var imagePath: String?
    }

    /// Streams a file into the registry and makes a version of it (MODEL-02, MODEL-03). Until the last step nothing of it
    /// can be seen here; a cut-off upload leaves no blob, and a crash before the last step an artifact that nobody lists.
    /// - Throws: `Refusal`: notFound, `workspace_archived`, `quota_exceeded`, invalid, tooLarge; `RegistryError`;
    ///   `DatabaseError`.
    func upload<Body: AsyncSequence & Sendable>(_ upload: Upload, _ body: Body, by principal: Principal) async throws
        -> ModelVersion where Body.Element == ByteBuffer
    {
        guard let access = try await database.run(.workspaceAccess(upload.workspace), as: principal) else {
            throw Refusal.notFound(.workspace)
        }
        guard !access.archived else { throw Refusal.conflict(.workspaceArchived, "the workspace is archived") }
        if let length = upload.length, length > maxUploadBytes {
            throw Refusal.tooLarge(limitBytes: Int(maxUploadBytes))
        }
        let allowance = try await quotas.allowance(in: upload.workspace, for: upload.expected, by: principal)
        if let length = upload.length { try allowance?.require(length) }
        let registry = try await registryAccess.client(for: upload.workspace)
        let (blob, inspection) = try await store(upload, body, allowance, in: registry)
        return try await keep(upload, blob, inspection, in: registry, by: principal)
    }

    /// Makes a version of a blob that is in the model's repository.
    func keep(
        _ upload: Upload, _ blob: UploadedBlob, _ inspection: ModelInspection, in registry: RegistryClient,
        by principal: Principal
    ) async throws -> ModelVersion {
        let id: ModelVersionID = random.id()
        let artifact = try ModelArtifact(
            PublishedModel(
                name: upload.model, version: id, workspace: upload.workspace, digest: blob.digest, sizeBytes: blob.size,
                runtime: upload.framework.firstRuntime, architecture: upload.arch, fileName: upload.fileName))
        let manifest = try await Publisher(registry).push(artifact)
        do {
            let version = try await record(
                upload, id: id, blob: blob, inspection: inspection, manifest: manifest, by: principal)
            wakeConversions()
            return version
        } catch let refusal as Refusal {
            await takeBack(id, upload)
            throw refusal
        }
    }

    /// Has the manifest of a version removed that was refused in the end, such as by a quota that others used up in the
    /// meantime. When this fails, `drover admin gc` finds it.
    private func takeBack(_ id: ModelVersionID, _ upload: Upload) async {
        let now = time.now()
        let asked = try? await database.system(because: "a refused version is nobody's").run(
            .insertModelRemoval(id, of: upload.model, in: upload.workspace, at: now, runAt: now))
        if asked != nil { wakeRemovals() }
    }

    /// Also no more than the spool holds, when uploads go through it.
    private var maxUploadBytes: Int64 {
        guard registryAccess.settings.uploadMode == .monolithic else { return settings.maxUploadBytes }
        return min(settings.maxUploadBytes, registryAccess.settings.spool.limitBytes)
    }

    private func store<Body: AsyncSequence & Sendable>(
        _ upload: Upload, _ body: Body, _ allowance: QuotaAllowance?, in registry: RegistryClient
    ) async throws -> (UploadedBlob, ModelInspection) where Body.Element == ByteBuffer {
        let inspected = InspectedUpload(
            body,
            inspector: try FormatInspectors.make(
                upload.framework, fileName: upload.fileName, unpackedLimit: maxUploadBytes),
            limitBytes: maxUploadBytes, allowance: allowance)
        let repository = registry.settings.modelRepository(workspace: upload.workspace, model: upload.model)
        do {
            let blob = try await registry.upload(
                inspected, length: upload.length, expected: upload.expected, whenPresent: .verify, to: repository)
            guard let inspection = inspected.inspection else {
                throw Refusal.malformed("the body was not read to its end")
            }
            return (blob, inspection)
        } catch {
            if let refusal = inspected.refusal { throw refusal }
            if inspected.sourceFailed { throw Refusal.malformed("the upload was cut off; nothing was stored") }
            if let error = error as? RegistryError, error.code == .lengthMismatch {
                throw Refusal.malformed("the body is shorter than its Content-Length; nothing was stored")
            }
            throw error
        }
    }

    private func record(
        _ upload: Upload, id: ModelVersionID, blob: UploadedBlob, inspection: ModelInspection, manifest: Digest,
        by principal: Principal
    ) async throws -> ModelVersion {
        let now = time.now()
        let json = try inspection.stored()
        return try await database.change(
            as: principal, .modelVersionCreate, on: { AuditSubject(.modelVersion, $0.id, in: $0.workspaceID) }
        ) { tx in
            try Workspaces.requireOpen(upload.workspace, tx)
            try quotas.require(blob.size, of: blob.digest, in: upload.workspace, tx)
            let model = try tx.run(.ensureModel(upload.model, in: upload.workspace, by: principal.userID, at: now))
            _ = try tx.run(
                .insertModelVersion(
                    id, model: model, named: upload.model, in: upload.workspace, fileName: upload.fileName,
                    sha256: blob.digest,
                    sizeBytes: blob.size, framework: upload.framework,
                    runtime: upload.framework.firstRuntime, arch: upload.arch, accel: upload.accel,
                    status: upload.framework.isNative ? .ready : .pendingConversion,
                    inspection: json, manifestDigest: manifest, imagePath: upload.imagePath, by: principal.userID,
                    at: now))
            _ = try tx.run(
                .setModelConfig(
                    ModelConfig(version: id, inputSchema: upload.inputSchema, outputSchema: upload.outputSchema),
                    ifRevision: 0, by: principal.userID, at: now))
            if let state = ConversionState.first(of: upload.framework) {
                _ = try tx.run(.insertConversion(of: id, in: upload.workspace, from: state, at: now))
            }
            guard let version = try tx.run(.modelVersion(id)) else { throw Refusal.notFound(.modelVersion) }
            return version
        }
    }

    /// - Throws: `Refusal.notFound`.
    func model(_ id: ModelID, by principal: Principal) async throws -> Model {
        guard let model = try await database.run(.model(id), as: principal) else { throw Refusal.notFound(.model) }
        return model
    }

    /// In order of creation.
    /// - Throws: `Refusal.notFound` for a workspace of others.
    func list(in workspace: WorkspaceID, after: ModelID?, limit: Int, by principal: Principal) async throws -> [Model] {
        let (found, rows) = try await database.run(
            .workspaceAccess(workspace), .models(in: workspace, after: after, limit: limit), as: principal)
        guard found != nil else { throw Refusal.notFound(.workspace) }
        return rows
    }

    /// Newest first.
    /// - Throws: `Refusal.notFound`.
    func versions(of id: ModelID, after: ModelVersionID?, limit: Int, by principal: Principal) async throws
        -> [ModelVersionListing]
    {
        let (model, rows) = try await database.run(
            .model(id), .modelVersions(of: id, tagged: nil, after: after, limit: limit), as: principal)
        guard model != nil else { throw Refusal.notFound(.model) }
        return rows
    }

    /// Those of all the principal's workspaces, newest first; with a term only what has a tag with it (TAG-09).
    func versions(tagged term: String?, after: ModelVersionID?, limit: Int, by principal: Principal) async throws
        -> [ModelVersionListing]
    {
        try await database.run(.modelVersions(of: nil, tagged: term, after: after, limit: limit), as: principal)
    }

    /// - Throws: `Refusal.notFound`.
    func version(_ id: ModelVersionID, by principal: Principal) async throws -> ModelVersion {
        guard let version = try await database.run(.modelVersion(id), as: principal) else {
            throw Refusal.notFound(.modelVersion)
        }
        return version
    }

    /// How a version became runnable, or is becoming it (MODEL-18, MODEL-20).
    /// - Throws: `Refusal.notFound`.
    func conversion(of id: ModelVersionID, by principal: Principal) async throws -> Conversion {
        guard let conversion = try await database.run(.conversion(of: id), as: principal) else {
            throw Refusal.notFound(.modelVersion)
        }
        return conversion
    }
}

extension ModelInspection {
    /// Its JSON. It is shown in lists, a page of which must stay small.
    /// - Throws: `Refusal.invalid` with rule `inspection_size` from 256 KiB on.
    func stored() throws -> JSONText {
        let json = try JSONText(encoding: self)
        guard json.text.utf8.count <= 256 << 10 else {
            throw Refusal.invalid("body", "inspection_size", "names and shapes of more than 256 KiB")
        }
        return json
    }
}

/// Limits of uploads.
package struct ModelSettings: Sendable {
    /// Largest model file, in bytes.
    package var maxUploadBytes: Int64
    package init(maxUploadBytes: Int64) { self.maxUploadBytes = maxUploadBytes }
}
