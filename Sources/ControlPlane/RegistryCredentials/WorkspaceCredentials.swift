import Auth
import Domain
import Persistence
import Registry

/// The accounts that workspaces have at the OCI registry, such as robot accounts of its projects.
package struct WorkspaceCredentials: Sendable {
    let database: Database
    let access: RegistryAccess
    let sealing: SealingKeyring
    /// Of users: the server must not be of use for finding passwords out.
    let failures: FailureBuckets
    let time: any TimeSource
    let random: any RandomSource

    /// Members and administrators.
    /// - Throws: `Refusal.notFound`, also while the workspace has none.
    func credentials(of id: WorkspaceID, by principal: Principal) async throws -> RegistryCredentials {
        let query = Query<RegistryCredentials?>.registryCredentials(of: id, at: access.settings.host)
        if principal.isAdmin {
            guard let found = try await system.run(query) else { throw Refusal.notFound(.registryCredentials) }
            return found
        }
        let (workspace, found) = try await database.run(.workspaceAccess(id), query, as: principal)
        guard workspace != nil else { throw Refusal.notFound(.workspace) }
        guard let found else { throw Refusal.notFound(.registryCredentials) }
        return found
    }

    /// Sets or replaces them; owners and administrators. The next upload and the next job use them.
    /// - Parameter unchecked: without asking the registry whether it takes them.
    /// - Throws: `Refusal`: notFound, forbidden, invalid (`password`) when the registry refuses them, tooMany after too
    ///   many of these, unavailable when it does not answer.
    func set(
        _ username: String, _ password: Secret<String>, of id: WorkspaceID, unchecked: Bool, by principal: Principal
    ) async throws -> RegistryCredentials {
        // Before the registry is asked: strangers ask nothing with its help.
        try await database.read(as: principal) { try Self.requireManager(of: id, principal, $0) }
        if !unchecked { try await check(.init(username: username, password: password), by: principal) }
        let made = RegistryCredentials(
            workspaceID: id, registry: access.settings.host, username: username, setBy: principal.userID,
            setAt: time.now())
        let sealed = try sealing.seal(
            Secret(Array(password.reveal().utf8)), aad: RegistryAccess.place(id, made.registry).aad, random: random)
        do {
            return try await replace(made, sealed, by: principal)
        } catch let error as DatabaseError where error.violates(.registryCredentialsWorkspace) {
            throw Refusal.notFound(.workspace)
        } catch let error as DatabaseError where error.violates(.registryCredentials) {
            // Somebody else was setting them.
            return try await replace(made, sealed, by: principal)
        }
    }

    /// Takes them away; owners and administrators. The instance's own serve from then on.
    /// - Throws: `Refusal`: notFound, forbidden.
    func delete(of id: WorkspaceID, by principal: Principal) async throws {
        try await change(.registryCredentialsDelete, on: AuditSubject(.registryCredentials, id, in: id), by: principal)
        {
            tx in
            try Self.requireManager(of: id, principal, tx)
            guard try tx.run(.deleteRegistryCredentials(of: id)) == 1 else {
                throw Refusal.notFound(.registryCredentials)
            }
        }
    }

    private func replace(
        _ made: RegistryCredentials, _ sealed: [UInt8], by principal: Principal
    ) async throws -> RegistryCredentials {
        let id = made.workspaceID
        let subject = AuditSubject(.registryCredentials, id, in: id, detail: ["username": made.username])
        return try await change(.registryCredentialsSet, on: subject, by: principal) { tx in
            try Self.requireManager(of: id, principal, tx)
            _ = try tx.run(.deleteRegistryCredentials(of: id))
            _ = try tx.run(.insertRegistryCredentials(made, sealed: sealed))
            return made
        }
    }

    private var system: SystemDatabase { database.system(because: "administrators are no members of workspaces") }

    private func change<R: Sendable>(
        _ action: AuditAction, on subject: AuditSubject, by principal: Principal,
        _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> R
    ) async throws -> R {
        guard principal.isAdmin else { return try await database.change(as: principal, action, on: subject, body) }
        let origin = RequestOrigin.current
        return try await system.write { tx in
            let result = try body(tx)
            _ = try tx.run(.insertAuditEvent(action, on: subject, by: principal.auditActor, from: origin))
            return result
        }
    }

    /// Asks the registry, as its own clients sign in.
    private func check(_ credentials: RegistrySettings.Credentials, by principal: Principal) async throws {
        let bucket = principal.userID.description
        if let seconds = failures.wait(of: bucket, at: time.now()) {
            throw Refusal.tooMany(retryAfterSeconds: seconds)
        }
        do throws(RegistryError) {
            try await access.instance.acting(with: credentials).ping()
        } catch {
            if error.code == .credentialsRefused {
                failures.fail(bucket, at: time.now())
                throw Refusal.invalid(
                    "password", "registry_credentials", "the registry refuses this user name and password")
            }
            guard !error.isTransient, error.code != .cancelled else { throw error }
            throw Refusal.unavailable(
                "the OCI registry does not answer as it should; \"unchecked\" sets them without asking it",
                retryAfterSeconds: 60)
        }
    }

    private static func requireManager(
        of id: WorkspaceID, _ principal: Principal, _ tx: borrowing some Transaction & ~Copyable
    ) throws {
        if principal.isAdmin { return }
        guard let access = try tx.run(.workspaceAccess(id)) else { throw Refusal.notFound(.workspace) }
        guard access.role == .owner else { throw Refusal.forbidden("only an owner of the workspace may do this") }
    }
}
