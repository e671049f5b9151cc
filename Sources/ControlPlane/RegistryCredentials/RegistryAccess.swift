package import Auth
package import Domain
package import Persistence
package import Registry
import Synchronization

/// With whose account the OCI registry is asked: a workspace's own, if it has one there, else the instance's. Whatever is
/// done for a workspace asks for its client once, at the beginning of a job or an upload, and so goes on with one account
/// to its end, and the next one begins with what counts by then, on every replica.
///
/// Clients share connections, for each request carries its own `Authorization` and nothing is remembered of a connection.
/// What is remembered, the challenge and the tokens, is each client's own.
package final class RegistryAccess: Sendable {
    /// With the account of the settings: for what belongs to no workspace.
    package let instance: RegistryClient
    private let database: Database
    private let sealing: SealingKeyring
    private let kept = Mutex<[WorkspaceID: Kept]>([:])

    /// A client, and what it was made of.
    private struct Kept {
        let credentials: SealedRegistryCredentials
        let client: RegistryClient
    }

    /// So many workspaces' clients are remembered, with their tokens.
    private static let maxKept = 1000

    package init(instance: RegistryClient, database: Database, sealing: SealingKeyring) {
        self.instance = instance
        self.database = database
        self.sealing = sealing
    }

    /// Where the registry is; the same for every client.
    package var settings: RegistrySettings { instance.settings }

    /// The client that acts for a workspace now.
    /// - Throws: `DatabaseError`; `AuthError` for credentials that can't be opened, in whose place no others are taken.
    package func client(for workspace: WorkspaceID) async throws -> RegistryClient {
        let found = try await database.system(because: "nobody's own statements read a sealed password").run(
            .sealedRegistryCredentials(of: workspace, at: settings.host))
        guard let found else {
            kept.withLock { $0[workspace] = nil }
            return instance
        }
        if let known = kept.withLock({ $0[workspace] }), known.credentials == found { return known.client }
        let password = try sealing.open(found.sealedPassword, aad: Self.place(workspace, settings.host).aad)
        let client = instance.acting(
            with: .init(
                username: found.username, password: Secret(String(decoding: password.reveal(), as: UTF8.self))))
        kept.withLock { kept in
            if kept.count >= Self.maxKept { kept.removeAll() }
            kept[workspace] = Kept(credentials: found, client: client)
        }
        return client
    }

    static func place(_ workspace: WorkspaceID, _ registry: String) -> SealedPlace {
        .registryCredentials(of: workspace, registry: registry)
    }
}
