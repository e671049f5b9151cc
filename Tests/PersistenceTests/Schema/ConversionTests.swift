import Domain
import FoundationEssentials
import Persistence
import TestSupport
import Testing

/// Conversions as jobs: one worker at a time, a dead worker's goes to the next, and states follow each other only as they
/// may. Looked for across the instance, so each test has a database of its own.
@Suite(.ownDatabase, .timeLimit(.minutes(4)))
struct ConversionTests {
    private let database = TestDatabase.current
    private var system: SystemDatabase { database.system(because: "test") }
    private let random = SystemRandom()
    private let now = WorkspaceFixture.time + 1
    private let file = ConvertedFile(
        sha256: Digest(hashing: [7]), sizeBytes: 7, manifestDigest: Digest(hashing: [8]))

    private func lease(at time: Date) async throws -> ConversionJob? {
        try await system.run(.leaseConversion(random.uuid(), at: time, until: time + 15))
    }

    private func conversion(_ job: ConversionJob) async throws -> Conversion {
        try #require(try await system.run(.conversion(of: job.version)))
    }

    private func move(_ job: ConversionJob, to state: ConversionState, at time: Date) async throws -> Int {
        var move = ConversionMove(to: state, "step")
        move.error = state == .error ? "lost" : nil
        return try await system.run(.moveConversion(job, move, at: time))
    }

    @Test func `of sixteen workers one gets the conversion`() async throws {
        let fixture = try await WorkspaceFixture.make(database)
        let jobs: [ConversionJob] = try await withThrowingTaskGroup(of: ConversionJob?.self) { group in
            for _ in 0..<16 { group.addTask { try await lease(at: now) } }
            return try await group.reduce(into: []) { if let job = $1 { $0.append(job) } }
        }
        #expect(jobs.map(\.version) == [fixture.version])
        #expect(jobs.first?.state == .pendingNative && jobs.first?.attempts == 1)
    }

    @Test func `conversions are taken in the order in which they came`() async throws {
        let (first, second) = (try await WorkspaceFixture.make(database), try await WorkspaceFixture.make(database))
        try await TestDatabase.psql(
            "update conversions set run_at = run_at - interval '1 s' where version_id = '\(second.version)'")
        #expect(try await lease(at: now)?.version == second.version)
        #expect(try await lease(at: now)?.version == first.version)
        #expect(try await lease(at: now) == nil)
    }

    @Test(.proves("MODEL-17", "MODEL-18", "MODEL-20"))
    func `a native form is found, and the version says so`() async throws {
        let fixture = try await WorkspaceFixture.make(database)
        let job = try #require(try await lease(at: now))
        #expect(try await move(job, to: .attemptingNative, at: now + 1) == 1)
        #expect(try await system.run(.modelVersion(job.version))?.status == .converting)
        var end = ConversionMove(to: .ready, "done")
        (end.percent, end.runtime, end.file, end.inspection) = (100, .onnx, file, JSONText(text: "{}"))
        #expect(try await system.run(.moveConversion(job, end, at: now + 2)) == 1)
        let version = try #require(try await database.run(.modelVersion(fixture.version), as: fixture))
        #expect(version.status == .ready && version.runtime == .onnx && version.converted == file)
        let shown = try #require(try await database.run(.conversion(of: fixture.version), as: fixture))
        #expect(shown.state == .ready && shown.percent == 100 && shown.file == file && shown.reason == nil)
        #expect(shown.history.map(\.state) == [.pendingNative, .attemptingNative, .ready])
        #expect(shown.history.map(\.time) == [WorkspaceFixture.time, now + 1, now + 2])
        #expect(try await lease(at: now + 500) == nil)
    }

    @Test func `a member begins a conversion anew, and nobody else does`() async throws {
        let fixture = try await WorkspaceFixture.make(database)
        let stranger = try await WorkspaceFixture.make(database)
        let again = Query<Bool>.restartConversion(of: fixture.version, at: now + 5)
        #expect(try await database.run(again, as: fixture) == false)
        try await TestDatabase.psql("delete from conversions where version_id = '\(stranger.version)'")
        let job = try #require(try await lease(at: now))
        #expect(try await move(job, to: .attemptingNative, at: now) == 1)
        #expect(try await database.run(again, as: stranger) == false)
        #expect(try await database.run(again, as: fixture))
        #expect(try await database.run(.conversion(of: fixture.version), as: fixture)?.state == .pendingNative)
        #expect(try await database.run(.modelVersion(fixture.version), as: fixture)?.status == .pendingConversion)
        // Whoever was at it has lost it.
        #expect(try await move(job, to: .ready, at: now + 5) == 0)
        let next = try #require(try await lease(at: now + 5))
        #expect(next.attempts == 1 && next.lapses == 0 && next.state == .pendingNative)
    }

    @Test func `a reason is kept on the way to a container`() async throws {
        _ = try await WorkspaceFixture.make(database)
        let job = try #require(try await lease(at: now))
        var next = ConversionMove(to: .pendingContainer, "container")
        (next.runtime, next.reason) = (.flight, "no converter")
        #expect(try await system.run(.moveConversion(job, next, at: now)) == 1)
        for state in [ConversionState.attemptingContainer, .ready] {
            #expect(try await move(job, to: state, at: now) == 1)
        }
        let shown = try await conversion(job)
        #expect(shown.reason == "no converter" && shown.runtime == .flight && shown.status == .ready)
    }

    @Test(.proves("MODEL-20"), arguments: ConversionState.allCases)
    func `a state is reached from its predecessors only`(_ state: ConversionState) async throws {
        _ = try await WorkspaceFixture.make(database)
        for before in ConversionState.allCases where !before.isEnd {
            try await TestDatabase.psql(
                """
                update conversions set state = '\(before.rawValue)', error = null, finished_at = null, lease_id = null,
                    lease_until = null
                """)
            let job = try #require(try await lease(at: now))
            #expect(try await move(job, to: state, at: now) == (state.predecessors.contains(before) ? 1 : 0))
        }
    }

    @Test func `a lease that ran out is taken over, and its old holder can change nothing`() async throws {
        _ = try await WorkspaceFixture.make(database)
        let dead = try #require(try await lease(at: now))
        #expect(try await lease(at: now + 14) == nil)
        let next = try #require(try await lease(at: now + 15))
        #expect(next.lease != dead.lease && next.attempts == 2 && next.lapses == 1 && next.startedAt == now + 15)
        let before = try await conversion(next)
        for late in [now + 14, now + 16] {
            #expect(try await move(dead, to: .attemptingNative, at: late) == 0)
            let changes: [Query<Int>] = [
                .renewConversion(dead, step: "x", percent: 9, at: late, until: late + 200),
                .retryConversion(dead, error: "late", at: late, runAt: late), .releaseConversion(dead, at: late),
            ]
            for change in changes { #expect(try await system.run(change) == 0) }
        }
        #expect(try await conversion(next) == before)
    }

    @Test func `a renewed lease lives on and brings the progress along`() async throws {
        _ = try await WorkspaceFixture.make(database)
        let job = try #require(try await lease(at: now))
        #expect(
            try await system.run(
                .renewConversion(job, step: "convert", percent: 41, at: now + 10, until: now + 25)) == 1)
        #expect(try await lease(at: now + 24) == nil)
        let shown = try await conversion(job)
        #expect(shown.step == "convert" && shown.percent == 41)
    }

    @Test func `a conversion that is given back waits for its time, or for nothing after a shutdown`() async throws {
        _ = try await WorkspaceFixture.make(database)
        let job = try #require(try await lease(at: now))
        #expect(try await system.run(.retryConversion(job, error: "away", at: now + 1, runAt: now + 30)) == 1)
        #expect(try await conversion(job).error == "away")
        #expect(try await lease(at: now + 29) == nil)
        let again = try #require(try await lease(at: now + 30))
        #expect(again.attempts == 2 && again.lapses == 0 && again.startedAt == now)
        #expect(try await system.run(.releaseConversion(again, at: now + 31)) == 1)
        let last = try #require(try await lease(at: now + 31))
        #expect(last.attempts == 2 && last.lapses == 0 && last.startedAt == now + 31)
    }

    @Test func `a version that runs as it is was always ready, and a stranger sees none`() async throws {
        let (fixture, stranger) = (try await WorkspaceFixture.make(database), try await WorkspaceFixture.make(database))
        #expect(try await database.run(.conversion(of: fixture.version), as: stranger) == nil)
        try await TestDatabase.psql("delete from conversions")
        let shown = try #require(try await database.run(.conversion(of: fixture.version), as: fixture))
        #expect(shown.state == .ready && shown.history == [] && shown.percent == 100)
    }
}
