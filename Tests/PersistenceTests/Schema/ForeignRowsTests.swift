import Domain
import FoundationEssentials
import Persistence
import TestSupport
import Testing

/// Row-level security alone: no check in Swift stands before these queries.
@Suite(.database, .timeLimit(.minutes(4)))
struct ForeignRowsTests {
    private let database = TestDatabase.current

    @Test(.proves("WS-13")) func `SQL in another user's name shows nothing of a workspace, in any table`() async throws
    {
        let ada = try await WorkspaceFixture.make(database)
        let eve = try await WorkspaceFixture.make(database)
        let tables = [
            "workspaces", "workspace_members", "models", "model_versions", "pipelines", "pipeline_versions",
            "pipeline_version_models", "publishes", "jobs", "edges", "join_tokens", "log_streams", "log_batches",
            "model_version_tags", "pipeline_tags",
        ]
        for table in tables {
            let column = table == "workspaces" ? "id" : "workspace_id"
            let own = try await count(table, column, ada.workspace, as: ada)
            let foreign = try await count(table, column, ada.workspace, as: eve)
            #expect(own > 0, "\(table) has no row of its own member")
            #expect(foreign == 0, "\(table) shows a stranger's rows")
        }
    }

    @Test func `queries by id find nothing of others`() async throws {
        let ada = try await WorkspaceFixture.make(database)
        let eve = try await WorkspaceFixture.make(database)
        #expect(try await database.run(.workspace(ada.workspace), as: eve) == nil)
        #expect(try await database.run(.model(ada.model), as: eve) == nil)
        #expect(try await database.run(.modelVersion(ada.version), as: eve) == nil)
        #expect(try await database.run(.modelVersion(ada.version), as: ada) != nil)
        #expect(try await database.run(.pipeline(ada.pipeline), as: eve) == nil)
        #expect(try await database.run(.pipelineVersion(ada.pipelineVersion.id), as: eve) == nil)
        #expect(try await database.run(.publish(ada.publish.id), as: eve) == nil)
        #expect(try await database.run(.edge(ada.edge.id), as: eve) == nil)
        #expect(try await database.run(.logBatches(of: ada.pipeline, before: nil, limit: 10), as: eve).isEmpty)
    }

    @Test func `a stranger can't write into a workspace`() async throws {
        let ada = try await WorkspaceFixture.make(database)
        let eve = try await WorkspaceFixture.make(database)
        let random = SystemRandom()
        let id: EdgeID = random.id()
        let forged = Publish(
            id: ada.publish.id, workspaceID: ada.workspace, pipelineID: ada.pipeline,
            pipelineName: ada.publish.pipelineName,
            pipelineVersionNumber: ada.publish.pipelineVersionNumber, pipelineVersionID: ada.publish.pipelineVersionID,
            status: .published, engineURL: "", engineConfig: EngineConfig(), pipelineURL: "", pipelineDigest: nil,
            chartURL: "",
            chartVersion: "", chartDigest: nil, image: nil, progress: ada.publish.progress, error: nil,
            createdBy: eve.userID,
            createdAt: WorkspaceFixture.time, updatedAt: WorkspaceFixture.time)
        for attempt in [
            Query<Int>.insertEdge(
                id, on: forged, name: EdgeName(unchecked: "e-\(id)"), tags: [], by: eve.userID,
                at: WorkspaceFixture.time),
            .insertPublishJob(ada.publish.id, in: ada.workspace, at: WorkspaceFixture.time),
            .setWorkspaceMember(ada.workspace, eve.userID, role: .owner, at: WorkspaceFixture.time),
        ] {
            let error = await #expect(throws: DatabaseError.self) { _ = try await database.run(attempt, as: eve) }
            #expect(error?.sqlState == "42501", "row-level security must refuse, not something else")
        }
        #expect(try await database.run(.removeEdge(ada.edge.id, at: WorkspaceFixture.time), as: eve) == 0)
    }

    @Test func `a collaborator can't change the members`() async throws {
        let ada = try await WorkspaceFixture.make(database)
        let bob = try await WorkspaceFixture.make(database)
        _ = try await database.run(
            .setWorkspaceMember(ada.workspace, bob.userID, role: .collaborator, at: WorkspaceFixture.time), as: ada)
        #expect(try await database.run(.workspace(ada.workspace), as: bob)?.role == .collaborator)
        let promote = Query<Int>.setWorkspaceMember(ada.workspace, bob.userID, role: .owner, at: WorkspaceFixture.time)
        await #expect(throws: DatabaseError.self) { _ = try await database.run(promote, as: bob) }
        #expect(try await database.run(.removeWorkspaceMember(ada.workspace, ada.userID), as: bob) == 0)
    }

    private func count(_ table: String, _ column: String, _ workspace: WorkspaceID, as user: WorkspaceFixture)
        async throws -> Int
    {
        // As the server does it: its login role, the session role and the principal of one transaction.
        let rows = try await TestDatabase.psql(
            """
            begin;
            set local role drover_server;
            set local drover.principal = '\(user.userID)';
            select count(*) from \(table) where \(column) = \(workspace);
            """)
        return rows.last?.first.flatMap { $0 }.flatMap(Int.init) ?? -1
    }
}
