import Auth
import Domain
import Foundation
import Persistence
import Registry
import TestSupport
import Testing

@testable import ControlPlane

/// With whose account a workspace's work goes to a registry that asks for one; real PostgreSQL and registry.
@Suite(.ownDatabase, .timeLimit(.minutes(4))) struct RegistryAccessTests {
    @Test func `a publish goes with the workspace's account, with what counts when its job begins`() async throws {
        let registry = try RegistryProcess(.basic)
        try await PublishFixture.with(registry.host) { fixture in
            let access = fixture.worker.registryAccess
            // The settings have no account at all.
            let first = try await fixture.ask()
            await fixture.worker.work(try await fixture.lease())
            let alone = try #require(try await fixture.publish(first).error)
            #expect(alone.contains("credentials that are not configured") && !alone.contains("workspace"))

            try await fixture.set(RegistryProcess.password)
            try await fixture.storeModel()
            let second = try await fixture.ask()
            await fixture.worker.work(try await fixture.lease())
            #expect(try await fixture.publish(second).status == .published)
            let client = try await access.client(for: fixture.workspace)
            #expect(client !== access.instance && client.settings.credentials?.username == RegistryProcess.username)
            #expect(try await access.client(for: fixture.workspace) === client)
            #expect(try await access.client(for: WorkspaceID(rawValue: .max)) === access.instance)

            // Revoked, or changed: the next job says so at its first try, and goes on when it is set right.
            try await fixture.set("hunter2")
            #expect(try await access.client(for: fixture.workspace) !== client)
            let third = try await fixture.ask()
            await fixture.worker.work(try await fixture.lease())
            let refused = try #require(try await fixture.publish(third).error)
            #expect(refused.contains("the registry refuses the workspace's credentials"))
            #expect(!refused.contains("hunter2") && !refused.contains(RegistryProcess.username))
            #expect(try await fixture.job(third)[0] == "failed")
            try await fixture.set(RegistryProcess.password)
            let fourth = try await fixture.ask()
            await fixture.worker.work(try await fixture.lease())
            #expect(try await fixture.publish(fourth).status == .published)
        }
    }

    @Test func `what cannot be opened, or was given for another registry, is not sent anywhere`() async throws {
        try await PublishFixture.with { fixture in
            let access = fixture.worker.registryAccess
            try await fixture.set("p")
            #expect(try await access.client(for: fixture.workspace) !== access.instance)
            try await TestDatabase.psql("update workspace_registry_credentials set registry = 'other.example.com'")
            #expect(try await access.client(for: fixture.workspace) === access.instance)
            // Moved to this registry, and to another workspace: bound to both.
            try await fixture.set("p", sealedFor: "other.example.com")
            await #expect(throws: AuthError.self) { _ = try await access.client(for: fixture.workspace) }
            let id = try await fixture.ask()
            await fixture.worker.work(try await fixture.lease())
            #expect(try await fixture.publish(id).error == "an internal error; the server's log has the cause")
            try await fixture.set("p")
            let user = TestPrincipal(fixture.user)
            let other = try await TestDatabase.current.run(
                .createWorkspace(name: WorkspaceName(unchecked: "other"), at: fixture.now), as: user)
            try await TestDatabase.psql("update workspace_registry_credentials set workspace_id = \(other)")
            await #expect(throws: AuthError.self) { _ = try await access.client(for: other) }
            #expect(try await access.client(for: fixture.workspace) === access.instance)
        }
    }

    @Test(arguments: [RegistryError.Code.credentialsRefused, .unauthorized])
    func `an upload's refusal says whose account it was`(code: RegistryError.Code) throws {
        let refusal = try #require(Problem.refusal(for: RegistryError(code, "x", reason: "x")))
        #expect(refusal.status == (code == .credentialsRefused ? 502 : 503))
        #expect(refusal.detail.contains("workspace's credentials") == (code == .credentialsRefused))
    }
}

extension PublishFixture {
    /// Sets the workspace's account, as its owner.
    fileprivate func set(_ password: String, sealedFor other: String? = nil) async throws {
        let host = worker.registryAccess.settings.host
        let made = RegistryCredentials(
            workspaceID: workspace, registry: host, username: RegistryProcess.username, setBy: user, setAt: now)
        let sealed = try Self.sealing().seal(
            Secret(Array(password.utf8)),
            aad: SealedPlace.registryCredentials(of: workspace, registry: other ?? host).aad, random: SystemRandom())
        try await TestDatabase.current.write(as: TestPrincipal(user)) { tx in
            _ = try tx.run(.deleteRegistryCredentials(of: made.workspaceID))
            _ = try tx.run(.insertRegistryCredentials(made, sealed: sealed))
        }
    }

    /// Puts the model's file into its repository, with the workspace's account.
    fileprivate func storeModel() async throws {
        let client = try await worker.registryAccess.client(for: workspace)
        let repository = client.settings.modelRepository(workspace: workspace, model: ModelName(unchecked: "house"))
        _ = try await client.putBlob(repository, Array("a model".utf8))
    }
}
