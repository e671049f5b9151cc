import Domain
import FoundationEssentials
import Persistence
import TestSupport
import Testing

/// Leases: one worker at a time, and a dead worker's job goes to the next. Jobs are looked for across the instance, so
/// each test has a database of its own.
@Suite(.ownDatabase, .timeLimit(.minutes(4)))
struct JobTests {
    private let database = TestDatabase.current
    private var system: SystemDatabase { database.system(because: "test") }
    private let random = SystemRandom()
    private let now = WorkspaceFixture.time + 1

    private func lease(at time: Date) async throws -> Job? {
        try await system.leaseJob(lease: random.uuid(), at: time, until: time + 15)
    }

    private func publish(_ job: Job) async throws -> Publish {
        let id = try #require(job.publishID)
        return try #require(try await system.run(.publish(id)))
    }

    /// Asks for one more publish of the fixture's pipeline.
    private func ask(_ fixture: WorkspaceFixture, _ other: PipelineVersion? = nil, at time: Date) async throws
        -> PublishID
    {
        try await system.write { tx in
            let version = other ?? fixture.pipelineVersion
            let id = try tx.run(
                .insertPublish(
                    of: version, names: ArtifactNames(root: "r", pipeline: version.pipelineName, version: "v"),
                    engineURL: "r/engine:1", engineConfig: try JSONText(encoding: EngineConfig()), by: fixture.userID,
                    at: time))
            _ = try tx.run(.insertPublishJob(id, in: fixture.workspace, at: time))
            return id
        }
    }

    /// The leases that a number of workers get who all ask at the same moment.
    private func race(of count: Int, at time: Date) async throws -> [Job] {
        try await withThrowingTaskGroup(of: Job?.self) { group in
            for _ in 0..<count { group.addTask { try await lease(at: time) } }
            return try await group.reduce(into: []) { if let job = $1 { $0.append(job) } }
        }
    }

    @Test func `of sixteen workers one gets the job`() async throws {
        let fixture = try await WorkspaceFixture.make(database)
        #expect(try await race(of: 16, at: now).map(\.publishID) == [fixture.publish.id])
    }

    /// A tag is looked up and then put, so two publishes of a pipeline must not run at once.
    @Test
    func `of sixteen workers and eight jobs of a pipeline one gets one, and another pipeline's job is not held up`()
        async throws
    {
        let (busy, other) = (try await WorkspaceFixture.make(database), try await WorkspaceFixture.make(database))
        for _ in 0..<7 { _ = try await ask(busy, at: now) }
        for round in 0..<25 {
            let time = now + TimeInterval(round)
            let jobs = try await race(of: 16, at: time)
            #expect(jobs.count == 2)
            #expect(jobs.filter { $0.publishID == other.publish.id }.count == 1)
            for job in jobs { #expect(try await system.run(.releaseJob(job, at: time)) == 1) }
        }
    }

    @Test func `a workspace with many jobs keeps another one waiting for one job at most`() async throws {
        let (busy, other) = (try await WorkspaceFixture.make(database), try await WorkspaceFixture.make(database))
        var asked = [busy.publish.id]
        for number in 0..<4 {
            let version = try await pipelineVersion("more-\(number)", in: busy)
            asked.append(try await ask(busy, version, at: now - 0.5))
        }
        let late = try await ask(other, at: now)
        let got = [try await lease(at: now), try await lease(at: now), try await lease(at: now)].compactMap(\.self)
        #expect(got.filter { asked.map(Optional.some).contains($0.publishID) }.count == 2)
        #expect(got.filter { $0.publishID == other.publish.id }.count == 1)
        #expect(!got.contains { $0.publishID == late })
    }

    /// A version of another pipeline in the fixture's workspace.
    private func pipelineVersion(_ name: String, in fixture: WorkspaceFixture) async throws -> PipelineVersion {
        let (id, time): (PipelineVersionID, Date) = (random.id(), now)
        let found = try await system.write { tx in
            let pipeline = try tx.run(
                .insertPipeline(
                    PipelineName(unchecked: name), in: fixture.workspace, by: fixture.userID, at: time))
            _ = try tx.run(
                .insertPipelineVersion(
                    id, pipeline: pipeline, in: fixture.workspace, steps: JSONText(text: "[]"), by: fixture.userID,
                    at: time))
            return try tx.run(.pipelineVersion(id))
        }
        return try #require(found)
    }

    @Test func `jobs of a pipeline follow each other`() async throws {
        let fixture = try await WorkspaceFixture.make(database)
        let second = try await ask(fixture, at: now)
        let first = try #require(try await lease(at: now))
        #expect(first.publishID == fixture.publish.id)
        #expect(try await lease(at: now + 14) == nil)
        #expect(try await system.run(.failPublish(first, error: "x", at: now + 14)) == 1)
        #expect(try await lease(at: now + 14)?.publishID == second)
    }

    @Test func `a lease that ran out is taken over, and its old holder can change nothing`() async throws {
        _ = try await WorkspaceFixture.make(database)
        let dead = try #require(try await lease(at: now))
        #expect(try await lease(at: now + 14) == nil)
        let next = try #require(try await lease(at: now + 15))
        #expect(next.id == dead.id && next.lease != dead.lease)
        #expect(dead.attempts == 1 && dead.lapses == 0 && next.attempts == 2 && next.lapses == 1)
        let before = try await publish(next)
        for late in [now + 14, now + 16] { try await expectPowerless(dead, at: late) }
        #expect(try await publish(next) == before)
        #expect(try await system.run(complete(next, at: now + 16)) == 1)
        #expect(try await publish(next).status == .published)
        #expect(try await lease(at: now + 500) == nil)
    }

    @Test func `a lease that ran out is of no use, even when nobody took the job over`() async throws {
        _ = try await WorkspaceFixture.make(database)
        let job = try #require(try await lease(at: now))
        let before = try await publish(job)
        try await expectPowerless(job, at: now + 15)
        #expect(try await publish(job) == before)
    }

    @Test func `a renewed lease lives on; one whose pipeline went to another job is lost`() async throws {
        let fixture = try await WorkspaceFixture.make(database)
        _ = try await ask(fixture, at: now)
        let first = try #require(try await lease(at: now))
        #expect(try await system.renewJob(first, at: now + 10, until: now + 25) == 1)
        #expect(try await lease(at: now + 24) == nil)
        // A renewal that was under way for too long comes after the lease of the next job.
        try await TestDatabase.psql("update jobs set run_at = run_at + interval '1 hour' where id = \(first.id)")
        #expect(try await lease(at: now + 25) != nil)
        #expect(try await system.renewJob(first, at: now + 24, until: now + 40) == 0)
    }

    @Test func `a job that is given back waits for its time, and its own time goes on`() async throws {
        _ = try await WorkspaceFixture.make(database)
        let job = try #require(try await lease(at: now))
        #expect(try await system.run(.retryJob(job, error: "registry away", at: now + 1, runAt: now + 30)) == 1)
        #expect(try await lease(at: now + 29) == nil)
        let again = try #require(try await lease(at: now + 30))
        #expect(again.id == job.id && again.attempts == 2 && again.lapses == 0)
        #expect(job.startedAt == now && again.startedAt == now && again.lastError == "registry away")
        let taken = try #require(try await lease(at: now + 50))
        #expect(taken.lapses == 1 && taken.startedAt == now + 50)
    }

    @Test func `a job that a shutdown gives back is as it was before`() async throws {
        _ = try await WorkspaceFixture.make(database)
        let job = try #require(try await lease(at: now))
        #expect(try await system.run(.releaseJob(job, at: now + 3)) == 1)
        let again = try #require(try await lease(at: now + 3))
        #expect(again.id == job.id && again.attempts == 1 && again.lapses == 0 && again.startedAt == now + 3)
    }

    private func complete(_ job: Job, at time: Date) -> Query<Int> {
        .completePublish(
            job, pipelineURL: "r/p:1", pipelineDigest: Digest(hashing: [1]), chartVersion: "1",
            chartDigest: Digest(hashing: [2]), progress: progress, at: time)
    }

    private let progress = Publish.Progress(phase: "tag", percent: 92, bytesTotal: 1, bytesDone: 1, bytesSent: 1)

    private func expectPowerless(_ job: Job, at time: Date) async throws {
        #expect(try await system.renewJob(job, at: time, until: time + 200) == 0)
        let changes: [Query<Int>] = [
            .updatePublishProgress(job, progress, at: time), complete(job, at: time),
            .failPublish(job, error: "late", at: time), .retryJob(job, error: "late", at: time, runAt: time),
            .releaseJob(job, at: time),
        ]
        for change in changes { #expect(try await system.run(change) == 0) }
    }
}

extension Job {
    /// Of a job that publishes.
    fileprivate var publishID: PublishID? {
        if case .publish(let id) = work { id } else { nil }
    }
}
