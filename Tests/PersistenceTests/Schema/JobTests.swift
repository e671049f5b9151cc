import Domain
import FoundationEssentials
import Persistence
import TestSupport
import Testing

/// Leases: one worker at a time, and a dead worker's job goes to the next. Jobs are looked for across the instance, so
/// each test has a database of its own.
@Suite(.ownDatabase, .timeLimit(.minutes(1)))
struct JobTests {
    private let database = TestDatabase.current
    private var system: SystemDatabase { database.system(because: "test") }
    private let random = SystemRandom()
    private let now = WorkspaceFixture.time + 1

    private func lease(_ id: UUID, at time: Date) async throws -> Job? {
        try await system.run(.leaseJob(lease: id, at: time, until: time + 60))
    }

    @Test func `of sixteen workers one gets the job`() async throws {
        let fixture = try await WorkspaceFixture.make(database)
        let winners = try await withThrowingTaskGroup(of: Job?.self) { group in
            for _ in 0..<16 { group.addTask { try await lease(random.uuid(), at: now) } }
            return try await group.reduce(into: [Job]()) { if let job = $1 { $0.append(job) } }
        }
        #expect(winners.map(\.publishID) == [fixture.publish.id])
    }

    @Test func `a lease that ran out is taken over, and its old holder can end nothing`() async throws {
        _ = try await WorkspaceFixture.make(database)
        let (dead, next) = (random.uuid(), random.uuid())
        let first = try #require(try await lease(dead, at: now))
        #expect(try await lease(next, at: now + 59) == nil)
        let second = try #require(try await lease(next, at: now + 61))
        #expect(second.id == first.id)
        #expect(second.attempts == 2)
        #expect(try await system.run(.finishJob(first.id, lease: dead, failed: false, error: nil, at: now + 62)) == 0)
        #expect(try await system.run(.renewJob(first.id, lease: dead, until: now + 200)) == 0)
        #expect(try await system.run(.finishJob(first.id, lease: next, failed: false, error: nil, at: now + 62)) == 1)
        #expect(try await lease(random.uuid(), at: now + 500) == nil)
    }

    @Test func `a job that is given back waits for its time`() async throws {
        _ = try await WorkspaceFixture.make(database)
        let id = random.uuid()
        let job = try #require(try await lease(id, at: now))
        #expect(try await system.run(.retryJob(job.id, lease: id, error: "registry away", runAt: now + 30)) == 1)
        #expect(try await lease(random.uuid(), at: now + 29) == nil)
        #expect(try await lease(random.uuid(), at: now + 30)?.id == job.id)
    }
}
