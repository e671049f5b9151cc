import Auth
import Domain
import FoundationEssentials
import Persistence
import Registry

extension Models {
    /// A container image that runs a model (IMG-01), checked.
    struct ImageDraft: Sendable {
        let workspace: WorkspaceID
        let model: ModelName
        let image: ImageReference
        let claims: UploadClaims
    }

    /// Makes a version of an image's reference (IMG-01, IMG-06). The image itself is neither read nor copied. What stands
    /// for the model file is a small JSON document that names the image, so that everything that carries models carries
    /// the reference too.
    /// - Throws: `Refusal`: notFound, `workspace_archived`; `RegistryError`; `DatabaseError`.
    func register(_ draft: ImageDraft, by principal: Principal) async throws -> ModelVersion {
        guard let access = try await database.run(.workspaceAccess(draft.workspace), as: principal) else {
            throw Refusal.notFound(.workspace)
        }
        guard !access.archived else { throw Refusal.conflict(.workspaceArchived, "the workspace is archived") }
        let reference = draft.image.description
        let document = Array(try JSONText(encoding: ["image": reference]).text.utf8)
        let registry = try await registryAccess.client(for: draft.workspace)
        let repository = registry.settings.modelRepository(workspace: draft.workspace, model: draft.model)
        let outcome = try await registry.putBlob(repository, document)
        let blob = UploadedBlob(
            digest: Digest(hashing: document), size: Int64(document.count), wasSent: outcome == .sent)
        let upload = Upload(
            workspace: draft.workspace, model: draft.model, fileName: "image.json", framework: .mlflow,
            arch: draft.claims.arch, accel: draft.claims.accel, inputSchema: draft.claims.inputSchema,
            outputSchema: draft.claims.outputSchema, length: blob.size, expected: blob.digest, imagePath: reference)
        var inspection = ModelInspection()
        inspection.details = [
            "registry": draft.image.registry, "repository": draft.image.repository.description,
        ]
        inspection.details?["tag"] = draft.image.tag?.description
        inspection.details?["digest"] = draft.image.digest?.description
        return try await keep(upload, blob, inspection, in: registry, by: principal)
    }
}
