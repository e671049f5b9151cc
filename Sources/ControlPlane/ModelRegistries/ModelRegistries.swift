import Auth
import Domain
import MLflow
import Persistence

/// Model registries that exist elsewhere, the workspaces that hold them, and what is read through them.
package struct ModelRegistries: Sendable {
    let database: Database
    let sealing: SealingKeyring
    let rules: AddressRules
    let mlflow: MLflow
    let models: Models
    /// Bounds the memory of answers in hand.
    let reading = FairGate(places: 8, queueLimit: 64, ofOneUser: 2)
    /// Bounds the connections of uploads, each of which a registry may hold for an hour.
    let uploading = FairGate(places: 16, queueLimit: 16, ofOneUser: 2)
    let time: any TimeSource
    let random: any RandomSource

    /// What a new registry is made of, checked.
    struct Draft: Sendable {
        let name: ModelRegistryName
        let url: ModelRegistryURL
        let token: Secret<String>?
        /// Where it is attached at once (REG-05).
        let workspace: WorkspaceID?
    }

    /// Makes a registry (REG-03). Its token is sealed before it reaches the database.
    /// - Throws: `Refusal`: invalid, notFound, forbidden, also for a token that is limited to workspaces,
    ///   `workspace_archived`.
    func create(_ draft: Draft, by principal: Principal) async throws -> ModelRegistry {
        try principal.requireNoWorkspaceLimit()
        try ModelRegistryToken.requireSafeWay(draft.token, to: draft.url)
        // What a name stands for is looked up, and checked, each time it is used.
        guard rules.mayPermit(host: draft.url.parts?.host ?? "") else {
            throw Refusal.invalid(
                "url", "address",
                "\(MLflowError.addressNotAllowed); an operator can list it in model.registry.addresses")
        }
        let now = time.now()
        return try await database.change(
            as: principal, .modelRegistryCreate, on: { AuditSubject(.modelRegistry, $0.id, in: draft.workspace) }
        ) { [sealing, random] tx in
            if let workspace = draft.workspace {
                try Self.requireOwner(workspace, tx)
                try Workspaces.requireOpen(workspace, tx)
            }
            let id = try tx.run(
                .insertModelRegistry(
                    draft.name, url: draft.url, hasToken: draft.token != nil, by: principal.userID, at: now))
            if let token = draft.token {
                _ = try tx.run(.insertModelRegistryToken(id, sealed: try Self.seal(token, id, sealing, random)))
            }
            if let workspace = draft.workspace {
                _ = try tx.run(.attachModelRegistry(id, to: workspace, by: principal.userID, at: now))
            }
            return try Self.registry(id, tx)
        }
    }

    /// Replaces the token, or takes it away: the registry's creator. An administrator may take it away, too, because the
    /// creator may be gone while others go on using it.
    /// - Throws: `Refusal`: notFound, forbidden, invalid.
    func setToken(_ token: Secret<String>?, of id: ModelRegistryID, by principal: Principal) async throws
        -> ModelRegistry
    {
        try principal.requireNoWorkspaceLimit()
        let now = time.now()
        return try await database.change(as: principal, .modelRegistryToken, on: AuditSubject(.modelRegistry, id)) {
            [sealing, random] tx in
            let registry = try Self.registry(id, tx)
            guard registry.createdBy == principal.userID || (principal.isAdmin && token == nil) else {
                throw Refusal.forbidden(
                    "only who made the model registry may set its token; administrators may take it away")
            }
            try ModelRegistryToken.requireSafeWay(token, to: registry.url)
            // The old one goes with it.
            _ = try tx.run(.touchModelRegistry(id, hasToken: token != nil, at: now))
            if let token {
                _ = try tx.run(.insertModelRegistryToken(id, sealed: try Self.seal(token, id, sealing, random)))
            }
            return try Self.registry(id, tx)
        }
    }

    /// Those that the principal may use; for administrators all of the instance.
    func list(after: ModelRegistryID?, limit: Int, by principal: Principal) async throws -> [ModelRegistry] {
        try await database.run(.modelRegistries(after: after, limit: limit), as: principal)
    }

    /// - Throws: `Refusal.notFound`.
    func registry(_ id: ModelRegistryID, by principal: Principal) async throws -> ModelRegistry {
        guard let registry = try await database.run(.modelRegistry(id), as: principal) else {
            throw Refusal.notFound(.modelRegistry)
        }
        return registry
    }

    /// Deletes a registry that no workspace holds, with its token; its creator and administrators only.
    /// - Throws: `Refusal`: notFound, forbidden, `registry_attached`.
    func delete(_ id: ModelRegistryID, by principal: Principal) async throws {
        try principal.requireNoWorkspaceLimit()
        do {
            try await database.change(as: principal, .modelRegistryDelete, on: AuditSubject(.modelRegistry, id)) { tx in
                let registry = try Self.registry(id, tx)
                guard registry.createdBy == principal.userID || principal.isAdmin else {
                    throw Refusal.forbidden("only who made the model registry, or an administrator, may delete it")
                }
                guard try tx.run(.deleteModelRegistry(id)) == 1 else { throw Refusal.notFound(.modelRegistry) }
            }
        } catch let error as DatabaseError where error.violates(.workspaceModelRegistriesRegistry) {
            // The caller may see none of them, so only how many there are.
            let holders = try await database.system(because: "attachments of workspaces that the caller can't see").run(
                .countHolders(ofRegistry: id))
            throw Refusal.conflict(
                .registryAttached, "detach the model registry first; workspaces that hold it: \(holders)")
        }
    }

    static func registry(_ id: ModelRegistryID, _ tx: borrowing WriteTransaction) throws -> ModelRegistry {
        guard let registry = try tx.run(.modelRegistry(id)) else { throw Refusal.notFound(.modelRegistry) }
        return registry
    }

    static func requireOwner(_ id: WorkspaceID, _ tx: borrowing WriteTransaction) throws {
        guard let workspace = try tx.run(.workspace(id)) else { throw Refusal.notFound(.workspace) }
        guard workspace.role == .owner else { throw Refusal.forbidden("only an owner of the workspace may do this") }
    }

    private static func seal(
        _ token: Secret<String>, _ id: ModelRegistryID, _ sealing: SealingKeyring, _ random: any RandomSource
    ) throws -> [UInt8] {
        try sealing.seal(
            Secret(Array(token.reveal().utf8)), aad: SealedPlace.modelRegistryToken(id).aad, random: random)
    }
}
