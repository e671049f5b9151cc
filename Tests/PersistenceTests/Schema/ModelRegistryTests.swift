import Domain
import FoundationEssentials
import Persistence
import TestSupport
import Testing

/// Who sees registries and sealed tokens, and who may attach: row-level security alone, no check in Swift before it.
@Suite(.database, .timeLimit(.minutes(4)))
struct ModelRegistryTests {
    private let database = TestDatabase.current
    private let now = WorkspaceFixture.time
    /// Long enough to look like a sealed value; the four bytes of the key's id are 01020304.
    private let sealed: [UInt8] = [1, 1, 2, 3, 4] + Array(repeating: 7, count: 40)

    private func make(by user: WorkspaceFixture) async throws -> ModelRegistryID {
        try await database.write(as: user) { [now, sealed] tx in
            let id = try tx.run(
                .insertModelRegistry(
                    ModelRegistryName(unchecked: "models"), url: ModelRegistryURL(unchecked: "https://ml.example.com"),
                    hasToken: true, by: user.userID, at: now))
            _ = try tx.run(.insertModelRegistryToken(id, sealed: sealed))
            return id
        }
    }

    private func attach(_ id: ModelRegistryID, to workspace: WorkspaceID, by user: WorkspaceFixture) async throws
        -> Int
    {
        try await database.run(.attachModelRegistry(id, to: workspace, by: user.userID, at: now), as: user)
    }

    private func join(_ workspace: WorkspaceFixture, _ user: WorkspaceFixture) async throws {
        _ = try await database.run(
            .setWorkspaceMember(workspace.workspace, user.userID, role: .collaborator, at: now), as: workspace)
    }

    @Test(.proves("REG-04", "REG-08")) func `strangers see neither registry nor token, administrators no token`()
        async throws
    {
        let (ada, eve) = (try await WorkspaceFixture.make(database), try await WorkspaceFixture.make(database))
        let root = try await WorkspaceFixture.make(database)
        try await TestDatabase.psql("update users set is_admin = true where id = '\(root.userID)'")
        let id = try await make(by: ada)
        #expect(try await attach(id, to: ada.workspace, by: ada) == 1)
        #expect(try await database.run(.modelRegistry(id), as: eve) == nil)
        #expect(try await database.run(.modelRegistryAccess(id), as: eve) == nil)
        let seen = try #require(try await database.run(.modelRegistryAccess(id), as: root))
        #expect(!seen.mayUse && seen.sealedToken == nil)
        #expect(try await database.run(.modelRegistry(id), as: root)?.workspaces == [])
        let own = try #require(try await database.run(.modelRegistryAccess(id), as: ada))
        #expect(own.mayUse && own.sealedToken == sealed)
        #expect(try await database.run(.modelRegistry(id), as: ada)?.workspaces.map(\.id) == [ada.workspace])
    }

    @Test(.proves("REG-06", "REG-07")) func `members use it as long as a workspace of theirs holds it`() async throws {
        let (ada, bob) = (try await WorkspaceFixture.make(database), try await WorkspaceFixture.make(database))
        let id = try await make(by: ada)
        try await join(ada, bob)
        let read = Query<ModelRegistryAccess?>.modelRegistryAccess(id)
        #expect(try await database.run(read, as: bob) == nil)
        #expect(try await attach(id, to: ada.workspace, by: ada) == 1)
        #expect(try await attach(id, to: ada.workspace, by: ada) == 0)
        #expect(try await database.run(read, as: bob)?.sealedToken == sealed)
        #expect(try await database.run(.holdsModelRegistry(ada.workspace, id), as: bob))
        #expect(try await database.run(.holdsModelRegistry(bob.workspace, id), as: bob) == false)
        #expect(try await database.run(.detachModelRegistry(id, from: ada.workspace), as: bob) == 0)
        #expect(try await database.run(.detachModelRegistry(id, from: ada.workspace), as: ada) == 1)
        #expect(try await database.run(read, as: bob) == nil)
    }

    @Test func `nobody attaches what they may not use, nor to a workspace they don't own`() async throws {
        let (ada, eve) = (try await WorkspaceFixture.make(database), try await WorkspaceFixture.make(database))
        let bob = try await WorkspaceFixture.make(database)
        let id = try await make(by: ada)
        try await join(ada, bob)
        try await expectRefused { _ = try await attach(id, to: eve.workspace, by: eve) }
        try await expectRefused { _ = try await attach(id, to: ada.workspace, by: bob) }
        try await expectRefused { _ = try await attach(id, to: eve.workspace, by: ada) }
    }

    @Test(.proves("REG-04")) func `only the creator sets the token, and the address never changes`() async throws {
        let (ada, bob) = (try await WorkspaceFixture.make(database), try await WorkspaceFixture.make(database))
        let id = try await make(by: ada)
        try await join(ada, bob)
        _ = try await attach(id, to: ada.workspace, by: ada)
        #expect(try await database.run(.touchModelRegistry(id, hasToken: false, at: now), as: bob) == 0)
        #expect(try await tokens(of: id) == 1)
        #expect(try await database.run(.touchModelRegistry(id, hasToken: true, at: now), as: ada) == 1)
        #expect(try await tokens(of: id) == 0)
        try await expectRefused { _ = try await database.run(.insertModelRegistryToken(id, sealed: sealed), as: bob) }
        let answer = await #expect(throws: DatabaseError.self) {
            _ = try await TestDatabase.psql(
                """
                begin; set local role drover_server; set local drover.principal = '\(ada.userID)';
                update model_registries set url = 'https://evil.example.com' where id = \(id)
                """, on: try #require(TestDatabase.bound).loginConninfo.reveal())
        }
        #expect(answer?.sqlState == "42501")
    }

    @Test func `an administrator takes a token away, and sets none`() async throws {
        let (ada, root) = (try await WorkspaceFixture.make(database), try await WorkspaceFixture.make(database))
        let (id, other) = (try await make(by: ada), try await make(by: ada))
        #expect(try await database.run(.touchModelRegistry(id, hasToken: false, at: now), as: root) == 0)
        try await TestDatabase.psql("update users set is_admin = true where id = '\(root.userID)'")
        try await expectRefused {
            _ = try await database.run(.touchModelRegistry(id, hasToken: true, at: now), as: root)
        }
        try await expectRefused { _ = try await database.run(.insertModelRegistryToken(id, sealed: sealed), as: root) }
        #expect(try await database.run(.touchModelRegistry(id, hasToken: false, at: now), as: root) == 1)
        #expect(try await tokens(of: id) == 0)
        #expect(try await tokens(of: other) == 1)
        #expect(try await database.run(.modelRegistry(id), as: ada)?.hasToken == false)
    }

    private func tokens(of id: ModelRegistryID) async throws -> Int? {
        let rows = try await TestDatabase.psql("select count(*) from model_registry_tokens where registry_id = \(id)")
        return rows.first?.first.flatMap { $0 }.flatMap { Int($0) }
    }

    @Test func `what a workspace holds is not deleted`() async throws {
        let (ada, eve) = (try await WorkspaceFixture.make(database), try await WorkspaceFixture.make(database))
        let id = try await make(by: ada)
        _ = try await attach(id, to: ada.workspace, by: ada)
        let error = await databaseError { _ = try await database.run(.deleteModelRegistry(id), as: ada) }
        #expect(error?.violates(.workspaceModelRegistriesRegistry) == true)
        #expect(try await database.system(because: "test").run(.countHolders(ofRegistry: id)) == 1)
        _ = try await database.run(.detachModelRegistry(id, from: ada.workspace), as: ada)
        #expect(try await database.run(.deleteModelRegistry(id), as: eve) == 0)
        #expect(try await database.run(.deleteModelRegistry(id), as: ada) == 1)
        #expect(
            try await TestDatabase.psql("select count(*) from model_registry_tokens where registry_id = \(id)") == [
                ["0"]
            ])
    }

    /// Refused by row-level security or a missing grant, and by nothing else.
    private func expectRefused(_ body: () async throws -> Void, at location: SourceLocation = #_sourceLocation)
        async throws
    {
        let error = await databaseError(body)
        #expect(error?.sqlState == "42501", sourceLocation: location)
    }
}
