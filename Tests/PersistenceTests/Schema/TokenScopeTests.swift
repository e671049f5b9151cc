import Domain
import FoundationEssentials
import TestSupport
import Testing

@testable import Persistence

/// A user who came with a token.
private struct TokenPrincipal: TenantScope {
    let userID: UserID
    let token: TokenLimits?

    init(_ userID: UserID, _ access: TokenAccess = .write, only workspaces: [WorkspaceID]? = nil) {
        self.userID = userID
        token = TokenLimits(id: SystemRandom().id(), access: access, workspaces: workspaces)
    }
}

/// Row-level security alone: what a token is limited to holds without any check in Swift.
@Suite(.database, .timeLimit(.minutes(4)))
struct TokenScopeTests {
    private let database = TestDatabase.current

    /// Ada with two workspaces that have a row in every table: her own, and one that she was added to as an owner.
    private func ada() async throws -> (own: WorkspaceFixture, other: WorkspaceFixture) {
        let own = try await WorkspaceFixture.make(database)
        let other = try await WorkspaceFixture.make(database)
        _ = try await database.run(
            .setWorkspaceMember(other.workspace, own.userID, role: .owner, at: WorkspaceFixture.time), as: other)
        return (own, other)
    }

    @Test func `a token that is limited to a workspace shows nothing of others, in any table`() async throws {
        let (own, other) = try await ada()
        let tables = [
            "workspaces", "workspace_members", "models", "model_versions", "pipelines", "pipeline_versions",
            "pipeline_version_models", "publishes", "jobs", "edges", "join_tokens", "log_streams", "log_batches",
            "model_version_tags", "pipeline_tags",
        ]
        for table in tables {
            let column = table == "workspaces" ? "id" : "workspace_id"
            for limit in [own.workspace, other.workspace] {
                for workspace in [own.workspace, other.workspace] {
                    let rows = try await TestDatabase.psql(
                        """
                        begin;
                        set local role drover_server;
                        set local drover.principal = '\(own.userID)';
                        set local drover.workspaces = '{\(limit)}';
                        select count(*) > 0 from \(table) where \(column) = \(workspace);
                        """)
                    #expect(rows.last == [limit == workspace ? "t" : "f"], "\(table)")
                }
            }
        }
    }

    @Test func `the limit holds either way, and not for the connection's next user`() async throws {
        let (own, other) = try await ada()
        let all = Query<[Workspace]>.workspaces(archived: nil, after: nil, limit: 10)
        let limited = TokenPrincipal(own.userID, only: [other.workspace])
        let unlimited = TokenPrincipal(own.userID)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                group.addTask { [database] in
                    let both = Set([own.workspace, other.workspace])
                    switch number % 4 {
                    case 0: #expect(try await database.run(all, as: limited).map(\.id) == [other.workspace])
                    case 1: #expect(Set(try await database.run(all, as: own).map(\.id)) == both)
                    case 2:
                        let rows = try await database.read(as: limited) { try $0.run(all) }
                        #expect(rows.map(\.id) == [other.workspace])
                    default: #expect(Set(try await database.run(all, as: unlimited).map(\.id)) == both)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await database.read(as: own) { try $0.run(all) }.count == 2)
        let none = TokenPrincipal(own.userID, only: [WorkspaceID(rawValue: .max)])
        #expect(try await database.run(all, as: none).isEmpty)
    }

    @Test func `a limited token changes nothing outside, and nothing that belongs to no workspace`() async throws {
        let (own, other) = try await ada()
        let limited = TokenPrincipal(own.userID, only: [own.workspace])
        let member = Query<Int>.setWorkspaceMember(
            other.workspace, own.userID, role: .collaborator, at: WorkspaceFixture.time)
        for attempt in [
            member,
            .insertPublishJob(other.publish.id, in: other.workspace, at: WorkspaceFixture.time),
        ] {
            let error = await #expect(throws: DatabaseError.self) { try await database.run(attempt, as: limited) }
            #expect(error?.sqlState == "42501")
        }
        let connection = Query<ConnectionID>.insertConnection(
            ConnectionName(unchecked: "c \(own.userID)"), type: ConnectionType(unchecked: "HTTP"), by: own.userID,
            at: WorkspaceFixture.time)
        let error = await #expect(throws: DatabaseError.self) { try await database.run(connection, as: limited) }
        #expect(error?.sqlState == "42501")
        let made = try await database.run(connection, as: own)
        #expect(try await database.run(.deleteConnection(made), as: limited) == 0)
        let count = "select count(*) from workspaces where created_by = '\(own.userID)'"
        let before = try await TestDatabase.psql(count)
        await #expect(throws: DatabaseError.self) {
            try await database.run(
                .createWorkspace(name: WorkspaceName(unchecked: "w"), at: WorkspaceFixture.time), as: limited)
        }
        #expect(try await TestDatabase.psql(count) == before)
        #expect(
            try await database.run(.removeWorkspaceMember(other.workspace, own.userID), as: limited) == 0)
        #expect(try await database.run(.memberships(of: own.userID, among: [other.workspace]), as: own).count == 1)
    }

    @Test func `a limited token neither uses, shows, makes nor gives away a model registry of elsewhere`() async throws
    {
        let (own, other) = try await ada()
        let (limited, unlimited) = (
            TokenPrincipal(own.userID, only: [own.workspace]), TokenPrincipal(own.userID)
        )
        let inside = TokenPrincipal(own.userID, only: [other.workspace])
        let make = Query<ModelRegistryID>.insertModelRegistry(
            ModelRegistryName(unchecked: "models"), url: ModelRegistryURL(unchecked: "https://ml.example.com"),
            hasToken: true, by: own.userID, at: WorkspaceFixture.time)
        let refused = await #expect(throws: DatabaseError.self) { try await database.run(make, as: limited) }
        #expect(refused?.sqlState == "42501")
        let id = try await database.run(make, as: own)
        let sealed = [1, 1, 2, 3, 4] + [UInt8](repeating: 7, count: 40)
        _ = try await database.run(.insertModelRegistryToken(id, sealed: sealed), as: own)
        let access = Query<ModelRegistryAccess?>.modelRegistryAccess(id)
        // Its own creator, while no workspace of the token holds it.
        #expect(try await database.run(access, as: limited) == nil)
        #expect(try await database.run(access, as: unlimited)?.sealedToken == sealed)
        func attach(_ workspace: WorkspaceID) -> Query<Int> {
            .attachModelRegistry(id, to: workspace, by: own.userID, at: WorkspaceFixture.time)
        }
        let attempt = attach(own.workspace)
        let gift = await #expect(throws: DatabaseError.self) { try await database.run(attempt, as: limited) }
        #expect(gift?.sqlState == "42501")
        #expect(try await database.run(attach(other.workspace), as: own) == 1)
        #expect(try await database.run(access, as: limited) == nil)
        #expect(try await database.run(access, as: inside)?.sealedToken == sealed)
        for principal in [limited, inside] {
            let touch = Query<Int>.touchModelRegistry(id, hasToken: false, at: WorkspaceFixture.time)
            #expect(try await database.run(touch, as: principal) == 0)
            #expect(try await database.run(.deleteModelRegistry(id), as: principal) == 0)
        }
        #expect(try await database.run(.detachModelRegistry(id, from: other.workspace), as: limited) == 0)
        // A token is no administrator: neither a limited one, nor one that is not.
        let root = try await WorkspaceFixture.make(database)
        try await TestDatabase.psql("update users set is_admin = true where id = '\(root.userID)'")
        #expect(try await database.run(access, as: root) != nil)
        for bearer in [TokenPrincipal(root.userID), TokenPrincipal(root.userID, only: [root.workspace])] {
            #expect(try await database.run(access, as: bearer) == nil)
            #expect(try await database.run(.deleteModelRegistry(id), as: bearer) == 0)
        }
    }

    @Test func `a token that may only read writes nothing, either way`() async throws {
        let (own, _) = try await ada()
        let reader = TokenPrincipal(own.userID, .read)
        let write = Query<Int>.removeEdge(own.edge.id, at: WorkspaceFixture.time)
        #expect(try await database.run(.workspace(own.workspace), as: reader) != nil)
        for way in [0, 1] {
            let error = await #expect(throws: DatabaseError.self) {
                if way == 0 { return try await database.run(write, as: reader) }
                return try await database.write(as: reader) { try $0.run(write) }
            }
            #expect(error?.sqlState == "25006")
        }
        #expect(try await database.write(as: own) { try $0.run(write) } == 1)
    }

    @Test func `a token makes and shows no tokens and no service accounts, and is no administrator`() async throws {
        let (own, _) = try await ada()
        let random = SystemRandom()
        let token = APIToken(
            id: random.id(), userID: own.userID, name: "n", hint: "drp_abcd", access: .write, workspaces: nil,
            createdBy: own.userID, createdAt: WorkspaceFixture.time, expiresAt: nil)
        let insert = Query<Int>.insertAPIToken(token, Digest(hashing: random.bytes(32)))
        let list = Query<[APIToken]>.apiTokens(of: own.userID, after: nil, limit: 10)
        let bearer = TokenPrincipal(own.userID)
        let error = await #expect(throws: DatabaseError.self) { try await database.run(insert, as: bearer) }
        #expect(error?.sqlState == "42501")
        #expect(try await database.run(insert, as: own) == 1)
        #expect(try await database.run(list, as: own) == [token])
        #expect(try await database.run(list, as: bearer).isEmpty)
        #expect(try await database.run(.revokeAPIToken(token.id, of: own.userID, at: token.createdAt), as: bearer) == 0)
        let account = Query<UserID?>.createServiceAccount(
            random.id(), ServiceAccountName(unchecked: "ci"), in: own.workspace, at: WorkspaceFixture.time)
        #expect(try await database.run(account, as: bearer) == nil)
        #expect(try await database.run(account, as: own) != nil)
        try await TestDatabase.psql("update users set is_admin = true where id = '\(own.userID)'")
        let other = try await WorkspaceFixture.make(database)
        let tag = try await database.run(
            .insertTag(TagText(unchecked: "free \(other.userID)"), by: other.userID, at: WorkspaceFixture.time),
            as: other)
        #expect(try await database.run(.deleteTag(tag), as: bearer) == 0)
        #expect(try await database.run(.deleteTag(tag), as: own) == 1)
    }

    @Test func `nobody makes tokens for others, and who manages a service account does`() async throws {
        let (own, other) = try await ada()
        let random = SystemRandom()
        func insert(for user: UserID, by maker: WorkspaceFixture) -> Query<Int> {
            .insertAPIToken(
                APIToken(
                    id: random.id(), userID: user, name: "n", hint: "h", access: .read, workspaces: nil,
                    createdBy: maker.userID, createdAt: WorkspaceFixture.time, expiresAt: nil),
                Digest(hashing: random.bytes(32)))
        }
        let account: UserID = random.id()
        let name = ServiceAccountName(unchecked: "ci")
        #expect(
            try await database.run(
                .createServiceAccount(account, name, in: own.workspace, at: WorkspaceFixture.time), as: other) == nil)
        #expect(
            try await database.run(
                .createServiceAccount(account, name, in: own.workspace, at: WorkspaceFixture.time), as: own) == account)
        for (user, maker) in [(own.userID, other), (account, other), (other.userID, own)] {
            let attempt = insert(for: user, by: maker)
            let error = await #expect(throws: DatabaseError.self) { try await database.run(attempt, as: maker) }
            #expect(error?.sqlState == "42501")
        }
        #expect(try await database.run(insert(for: account, by: own), as: own) == 1)
        #expect(try await database.run(.serviceAccount(account), as: other) == nil)
        let off = Query<UserID?>.setServiceAccount(account, active: false, ifRevision: nil, at: WorkspaceFixture.time)
        #expect(try await database.run(off, as: other) == nil)
        #expect(try await database.run(off, as: own) == account)
        #expect(try await database.run(.serviceAccount(account), as: own)?.active == false)
    }

    @Test func `not even the system makes a service account an owner, an administrator or gives it a password`()
        async throws
    {
        let (own, _) = try await ada()
        let account: UserID = SystemRandom().id()
        _ = try await database.run(
            .createServiceAccount(
                account, ServiceAccountName(unchecked: "ci"), in: own.workspace, at: WorkspaceFixture.time), as: own)
        for attempt in [
            Query<Int>.setWorkspaceMember(own.workspace, account, role: .owner, at: WorkspaceFixture.time),
            .updateUser(account, name: nil, active: nil, isAdmin: true, ifRevision: nil, at: WorkspaceFixture.time),
        ] {
            let error = await #expect(throws: DatabaseError.self) {
                try await database.system(because: "test").run(attempt)
            }
            #expect(error?.sqlState == "23514")
        }
        let system = database.system(because: "test")
        #expect(try await system.run(.setPassword(Secret("x"), of: account, at: WorkspaceFixture.time)) == 0)
        #expect(try await system.run(.userForSession(account)) == nil)
        #expect(try await system.run(.users(afterEmail: nil, limit: 10_000)).allSatisfy { $0.kind == .person })
    }

    @Test func `who signed in sets no more than before, in one statement`() {
        let user: UserID = SystemRandom().id()
        #expect(
            SessionScope(TestPrincipal(user)).statement?.text
                == "select set_config('drover.principal', $1::uuid::text, true)")
        #expect(
            SessionScope(TestPrincipal(user)).script == "; select set_config('drover.principal', '\(user)', true)")
    }
}
