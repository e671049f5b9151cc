import Auth
import Domain
import MLflow
import Persistence

extension ModelRegistries {
    /// An upload of an artifact of a registry, of which only the shape is known yet.
    struct UploadDraft: Sendable {
        let registry: ModelRegistryID
        /// The artifact's full path (REG-13).
        let path: String
        /// Whose file it is; without it the registry's versions are looked through.
        var version: RegisteredVersionName?
        let workspace: WorkspaceID
        let model: ModelName
        let claims: UploadClaims
    }

    /// Makes a model version of an artifact (REG-13): its bytes stream from the model registry through this process
    /// into the OCI registry, as those of any upload, and under the same rules (REG-17). The registry's token reaches
    /// more than registered models, which is nobody's business: the file must be one of a registered version.
    /// - Throws: `Refusal`: notFound, `registry_not_attached`, `workspace_archived`, invalid, tooLarge; `MLflowError`;
    ///   `RegistryError`; `DatabaseError`.
    func upload(_ draft: UploadDraft, by principal: Principal) async throws -> ModelVersion {
        let (workspace, isHeld, access) = try await database.run(
            .workspaceAccess(draft.workspace), .holdsModelRegistry(draft.workspace, draft.registry),
            .modelRegistryAccess(draft.registry), as: principal)
        guard let workspace else { throw Refusal.notFound(.workspace) }
        guard let access else { throw Refusal.notFound(.modelRegistry) }
        guard !workspace.archived else { throw Refusal.conflict(.workspaceArchived, "the workspace is archived") }
        guard isHeld else {
            throw Refusal.conflict(.registryNotAttached, "attach the model registry to the workspace first")
        }
        guard let place = ArtifactLocation(fullPath: draft.path, of: access.url) else {
            throw Refusal.invalid(
                "path", "artifact_path", "the full_path of an artifact of this model registry, unchanged")
        }
        let fileName = try Text.fileName(place.name, field: "path")
        try draft.claims.framework.requireFileType(fileName, field: "path")
        let token = try clearToken(of: draft.registry, access)
        return try await uploading.pass(principal.userID) {
            try await withDeadline(
                .seconds(3600), "the model registry is too slow; nothing was changed", clock: ContinuousClock()
            ) { try await take(draft, place, named: fileName, at: access.url, token, by: principal) }
        }
    }

    /// Holds a place among the readers, whose answers take memory.
    private func requireRegistered(
        _ place: ArtifactLocation, _ draft: UploadDraft, _ session: MLflowSession, by principal: Principal
    ) async throws {
        let isRegistered = try await reading.pass(principal.userID) {
            try await withDeadline(.seconds(60), "the model registry is too slow", clock: ContinuousClock()) {
                if let version = draft.version {
                    try await session.holds(place, version)
                } else {
                    try await session.isRegistered(place)
                }
            }
        }
        guard isRegistered else {
            throw Refusal.invalid("path", "registered_artifact", "a file of a registered model's version")
        }
    }

    private func take(
        _ draft: UploadDraft, _ place: ArtifactLocation, named fileName: String, at url: ModelRegistryURL,
        _ token: Secret<String>?, by principal: Principal
    ) async throws -> ModelVersion {
        let claims = draft.claims
        return try await mlflow.talk(to: url, token: token) { session in
            try await requireRegistered(place, draft, session, by: principal)
            let body = try await session.open(place)
            let upload = Models.Upload(
                workspace: draft.workspace, model: draft.model, fileName: fileName, framework: claims.framework,
                arch: claims.arch, accel: claims.accel, inputSchema: claims.inputSchema,
                outputSchema: claims.outputSchema, length: body.length, expected: nil)
            do {
                return try await models.upload(upload, body, by: principal)
            } catch {
                // A library on the way may have hidden why the bytes ended early.
                if let failure = body.failure { throw failure }
                throw error
            }
        }
    }
}
