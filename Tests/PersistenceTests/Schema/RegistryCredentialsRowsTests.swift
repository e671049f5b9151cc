import Domain
import FoundationEssentials
import Persistence
import TestSupport
import Testing

/// Who sees and sets a workspace's account at the registry: row-level security alone, no check in Swift before it.
@Suite(.database, .timeLimit(.minutes(4)))
struct RegistryCredentialsRowsTests {
    private let database = TestDatabase.current
    private let now = WorkspaceFixture.time
    private let host = "registry.example.com"
    /// Long enough to look like a sealed value; the four bytes of the key's id are 01020304.
    private let sealed: [UInt8] = [1, 1, 2, 3, 4] + Array(repeating: 7, count: 40)

    private func set(_ workspace: WorkspaceID, by user: UserID, as scope: some TenantScope) async throws {
        let made = RegistryCredentials(
            workspaceID: workspace, registry: host, username: "robot", setBy: user, setAt: now)
        _ = try await database.run(.insertRegistryCredentials(made, sealed: sealed), as: scope)
    }

    private func expectRefused(_ body: () async throws -> Void) async {
        let error = await #expect(throws: DatabaseError.self) { try await body() }
        #expect(error?.sqlState == "42501")
    }

    @Test func `owners set them, members see them, others nothing, and an administrator is one of these`() async throws
    {
        let (ada, eve) = (try await WorkspaceFixture.make(database), try await WorkspaceFixture.make(database))
        let (bob, root) = (try await WorkspaceFixture.make(database), try await WorkspaceFixture.make(database))
        try await TestDatabase.psql("update users set is_admin = true where id = '\(root.userID)'")
        _ = try await database.run(
            .setWorkspaceMember(ada.workspace, bob.userID, role: .collaborator, at: now), as: ada)
        for other in [eve, bob, root] {
            await expectRefused { try await set(ada.workspace, by: other.userID, as: other) }
        }
        // In nobody else's name.
        await expectRefused { try await set(ada.workspace, by: bob.userID, as: ada) }
        try await set(ada.workspace, by: ada.userID, as: ada)
        let read = Query<RegistryCredentials?>.registryCredentials(of: ada.workspace, at: host)
        for member in [ada, bob] { #expect(try await database.run(read, as: member)?.username == "robot") }
        for other in [eve, root] { #expect(try await database.run(read, as: other) == nil) }
        #expect(
            try await database.run(.registryCredentials(of: ada.workspace, at: "\(host):5000"), as: ada) == nil)
        let delete = Query<Int>.deleteRegistryCredentials(of: ada.workspace)
        for other in [eve, bob, root] { #expect(try await database.run(delete, as: other) == 0) }
        #expect(try await database.run(delete, as: ada) == 1)
    }

    @Test func `not even their owner's statements read the sealed password`() async throws {
        let ada = try await WorkspaceFixture.make(database)
        try await set(ada.workspace, by: ada.userID, as: ada)
        let read = Query<SealedRegistryCredentials?>.sealedRegistryCredentials(of: ada.workspace, at: host)
        await expectRefused { _ = try await database.run(read, as: ada) }
        #expect(try await database.system(because: "test").run(read)?.sealedPassword == sealed)
    }
}
