import Domain
import FoundationEssentials
import Persistence
import TestSupport
import Testing

/// Who sees sealed details, and who may attach and delete: row-level security alone, no check in Swift before it.
@Suite(.database, .timeLimit(.minutes(4)))
struct ConnectionTests {
    private let database = TestDatabase.current
    private let now = WorkspaceFixture.time
    /// Long enough to look like a sealed value; the four bytes of the key's id are 01020304.
    private let sealed: [UInt8] = [1, 1, 2, 3, 4] + Array(repeating: 7, count: 40)

    private func make(by user: WorkspaceFixture) async throws -> ConnectionID {
        try await database.write(as: user) { [now, sealed] tx in
            let name = ConnectionName(unchecked: "store of \(user.userID) \(SystemRandom().uuid())")
            let id = try tx.run(
                .insertConnection(name, type: ConnectionType(unchecked: "ODBC"), by: user.userID, at: now))
            _ = try tx.run(.insertConnectionDetails(id, sealed: sealed))
            return id
        }
    }

    private func attach(_ id: ConnectionID, to workspace: WorkspaceID, by user: WorkspaceFixture) async throws -> Int {
        try await database.run(.attachConnection(id, to: workspace, by: user.userID, at: now), as: user)
    }

    private func join(_ workspace: WorkspaceFixture, _ user: WorkspaceFixture) async throws {
        _ = try await database.run(
            .setWorkspaceMember(workspace.workspace, user.userID, role: .collaborator, at: now), as: workspace)
    }

    /// The last row's first column, asked as the server does it: its login role, the session role, a principal.
    private func ask(_ sql: String, as user: WorkspaceFixture?) async throws -> String? {
        let principal = user.map { "set local drover.principal = '\($0.userID)';" } ?? ""
        let rows = try await TestDatabase.psql(
            "begin; set local role drover_server; \(principal) \(sql)",
            on: try #require(TestDatabase.bound).loginConninfo.reveal())
        return rows.last?.first ?? nil
    }

    @Test(.proves("CONN-13")) func `SQL in a stranger's name shows no sealed details`() async throws {
        let (ada, eve) = (try await WorkspaceFixture.make(database), try await WorkspaceFixture.make(database))
        let id = try await make(by: ada)
        #expect(try await attach(id, to: ada.workspace, by: ada) == 1)
        let questions = [
            "select count(*) from connection_details where connection_id = \(id)",
            "select count(sealed_details) from connection_details d where d.connection_id = \(id) or true",
            "select count(sealing_key_id) from connections c join connection_details d on d.connection_id = c.id",
            "select count(*) from workspace_connections where connection_id = \(id)",
        ]
        for sql in questions {
            #expect(try await ask(sql, as: eve) == "0", "\(sql)")
            #expect(try await ask(sql, as: nil) == "0", "\(sql)")
            #expect(try await ask(sql, as: ada) == "1", "\(sql)")
        }
        #expect(try await ask("select count(*) from connections where id = \(id)", as: eve) == "1")
        #expect(try await ask("select count(*) from connections", as: nil) == "0")
        #expect(try await database.run(.sealedConnectionDetails(id), as: eve) == nil)
        #expect(try await database.run(.sealedConnectionDetails(id), as: ada) == sealed)
    }

    @Test(.proves("CONN-02", "CONN-13")) func `members see them as long as a workspace of theirs holds it`()
        async throws
    {
        let (ada, bob) = (try await WorkspaceFixture.make(database), try await WorkspaceFixture.make(database))
        let id = try await make(by: ada)
        try await join(ada, bob)
        let read = Query<[UInt8]?>.sealedConnectionDetails(id)
        #expect(try await database.run(read, as: bob) == nil)
        #expect(try await attach(id, to: ada.workspace, by: ada) == 1)
        #expect(try await attach(id, to: ada.workspace, by: ada) == 0)
        #expect(try await database.run(read, as: bob) == sealed)
        _ = try await database.run(.removeWorkspaceMember(ada.workspace, bob.userID), as: ada)
        #expect(try await database.run(read, as: bob) == nil)
        try await join(ada, bob)
        #expect(try await database.run(.detachConnection(id, from: ada.workspace), as: ada) == 1)
        #expect(try await database.run(read, as: bob) == nil)
        #expect(try await database.run(read, as: ada) == sealed)
    }

    @Test(.proves("CONN-13")) func `nobody attaches what they can't read, nor to a workspace they don't own`()
        async throws
    {
        let (ada, bob) = (try await WorkspaceFixture.make(database), try await WorkspaceFixture.make(database))
        let eve = try await WorkspaceFixture.make(database)
        let id = try await make(by: ada)
        try await join(ada, bob)
        try await expectRefused { _ = try await attach(id, to: eve.workspace, by: eve) }
        try await expectRefused { _ = try await attach(id, to: bob.workspace, by: bob) }
        try await expectRefused { _ = try await attach(id, to: eve.workspace, by: ada) }
        // In another's name.
        try await expectRefused {
            _ = try await database.run(
                .attachConnection(id, to: ada.workspace, by: ada.userID, at: now), as: bob)
        }
        #expect(try await attach(id, to: ada.workspace, by: ada) == 1)
        #expect(try await attach(id, to: bob.workspace, by: bob) == 1)
        #expect(try await database.run(.detachConnection(id, from: ada.workspace), as: bob) == 0)
        #expect(try await database.run(.detachConnection(id, from: ada.workspace), as: eve) == 0)
        try await expectRefused { _ = try await attach(id, to: eve.workspace, by: eve) }
    }

    @Test func `details are written once, by the connection's creator`() async throws {
        let (ada, eve) = (try await WorkspaceFixture.make(database), try await WorkspaceFixture.make(database))
        let id = try await make(by: ada)
        let bare = try await database.run(
            .insertConnection(
                ConnectionName(unchecked: "bare \(ada.userID)"), type: ConnectionType(unchecked: "x"), by: ada.userID,
                at: now), as: ada)
        try await expectRefused { _ = try await database.run(.insertConnectionDetails(bare, sealed: sealed), as: eve) }
        try await expectRefused {
            _ = try await database.run(.resealConnectionDetails(id, sealed: sealed), as: ada)
        }
        try await expectRefused {
            _ = try await database.run(
                .insertConnection(
                    ConnectionName(unchecked: "forged \(ada.userID)"), type: ConnectionType(unchecked: "x"),
                    by: ada.userID, at: now), as: eve)
        }
        for sql in [
            "delete from connection_details where connection_id = \(id) returning 1",
            "update connections set created_by = '\(eve.userID)' where id = \(id) returning 1",
        ] {
            let error = await #expect(throws: DatabaseError.self) { _ = try await ask(sql, as: eve) }
            #expect(error?.sqlState == "42501", "\(sql)")
        }
        #expect(
            try await TestDatabase.psql("select sealing_key_id from connection_details where connection_id = \(id)")
                == [["01020304"]])
    }

    @Test(.proves("CONN-05")) func `of sixteen at once one gets the name`() async throws {
        let ada = try await WorkspaceFixture.make(database)
        let name = ConnectionName(unchecked: "one of \(ada.userID)")
        let winners = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask { [database, now] in
                    let error = await databaseError {
                        _ = try await database.run(
                            .insertConnection(name, type: ConnectionType(unchecked: "x"), by: ada.userID, at: now),
                            as: ada)
                    }
                    #expect(error == nil || error?.violates(.connectionsName) == true)
                    return error == nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(winners == 1)
    }

    @Test(.proves("CONN-12")) func `only creator and administrators delete, and only what no workspace holds`()
        async throws
    {
        let (ada, eve) = (try await WorkspaceFixture.make(database), try await WorkspaceFixture.make(database))
        let root = try await WorkspaceFixture.make(database)
        try await TestDatabase.psql("update users set is_admin = true where id = '\(root.userID)'")
        let (first, second) = (try await make(by: ada), try await make(by: ada))
        #expect(try await database.run(.deleteConnection(first), as: eve) == 0)
        _ = try await attach(first, to: ada.workspace, by: ada)
        for user in [ada, root] {
            let error = await databaseError { _ = try await database.run(.deleteConnection(first), as: user) }
            #expect(error?.violates(.workspaceConnectionsConnection) == true)
        }
        #expect(try await database.system(because: "test").run(.countHolders(of: first)) == 1)
        _ = try await database.run(.detachConnection(first, from: ada.workspace), as: ada)
        #expect(try await database.run(.deleteConnection(first), as: ada) == 1)
        #expect(try await database.run(.deleteConnection(second), as: root) == 1)
        let left = try await TestDatabase.psql(
            "select count(*) from connection_details where connection_id in (\(first), \(second))")
        #expect(left == [["0"]])
    }

    /// Refused by row-level security or a missing grant, and by nothing else.
    private func expectRefused(_ body: () async throws -> Void, at location: SourceLocation = #_sourceLocation)
        async throws
    {
        let error = await databaseError(body)
        #expect(error?.sqlState == "42501", sourceLocation: location)
    }
}
