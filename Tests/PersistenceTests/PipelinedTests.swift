import Domain
import Persistence
import TestSupport
import Testing

@Suite(.database(migrations: fixtureMigrations), .timeLimit(.minutes(4)))
struct PipelinedTests {
    private let database = TestDatabase.current
    private let user = TestPrincipal()

    @Test func `errors reach their own caller`() async throws {
        let failures = await withTaskGroup(of: Int.self) { group in
            for task in 0..<16 {
                group.addTask { [database, user] in
                    var failures = 0
                    for number in 0..<250 {
                        let divisor = (task + number).isMultiple(of: 5) ? 0 : 1
                        do throws(DatabaseError) {
                            let answer = try await database.run(
                                Probe.divide(task * 1000 + number, by: divisor), as: user)
                            #expect(divisor == 1 && answer == task * 1000 + number)
                        } catch {
                            #expect(divisor == 0 && error.sqlState == "22012" && error.statement == "probe.divide")
                            failures += 1
                        }
                    }
                    return failures
                }
            }
            return await group.reduce(0, +)
        }
        #expect(failures == 800)
    }

    @Test func `a batch is one round trip with a result for each query`() async throws {
        let (note, all, count) = try await database.run(
            Note.insert("one", owner: user), Note.all(), Probe.number(7), as: user)
        #expect(all == [note])
        #expect(count == 7)
    }

    @Test func `a batch is one transaction`() async throws {
        let failed = await databaseError {
            _ = try await database.run(Note.insert("undone", owner: user), Probe.divide(1, by: 0), as: user)
        }
        #expect(failed?.sqlState == "22012")
        #expect(try await database.run(Note.all(), as: user).isEmpty)
    }

    @Test(arguments: ["40001", "40P01"])
    func `a batch that meets a serialization failure goes out again, once`(_ code: String) async throws {
        let (note, first) = try await database.run(
            Note.insert("again \(code)", owner: user), Probe.raiseOnce(code), as: user)
        #expect(first == 1)
        #expect(try await database.run(Note.all(), as: user) == [note])
        let always = await databaseError { _ = try await database.run(Probe.raise(code), as: user) }
        #expect(always?.code == .serialization)
    }

    @Test func `a violated constraint is named`() async throws {
        _ = try await database.run(Note.insert("twice", owner: user), as: user)
        let twice = await databaseError { _ = try await database.run(Note.insert("twice", owner: user), as: user) }
        #expect(twice?.code == .constraint)
        #expect(twice?.constraint == "notes_owner_body_uq")
        #expect(twice?.sqlState == "23505")
        let check = await databaseError {
            _ = try await database.run(Note.insert("bad", owner: user, revision: 0), as: user)
        }
        #expect(check?.constraint == "notes_revision_ck")
    }

    @Test func `a constraint that is checked at commit fails the caller, either way`() async throws {
        let uuid = SystemRandom().uuid()
        let insert = Query<Int>.execute("samples.uuid", "insert into samples (a_uuid) values (\(uuid))")
        let pipelined = await databaseError { _ = try await database.run(insert, insert, as: user) }
        let leased = await databaseError {
            _ = try await database.write(as: user) { tx in try tx.run(insert) + tx.run(insert) }
        }
        for error in [pipelined, leased] {
            #expect(error?.constraint == "samples_uuid_uq")
            #expect(error?.statement == "commit")
        }
        let count = Query<Int>.one("samples.count", "select count(*) from samples where a_uuid = \(uuid)") {
            try $0.next()
        }
        #expect(try await database.run(count, as: user) == 0)
    }

    @Test func `broken SQL fails its caller each time and nobody else`() async throws {
        let broken = Query<Int>.execute("broken", "select from nowhere at all")
        for _ in 0..<3 {
            async let good = database.run(Probe.number(1), as: user)
            let error = await databaseError { _ = try await database.run(broken, as: user) }
            #expect(error?.code == .server)
            #expect(error?.statement == "broken")
            #expect(try await good == 1)
        }
    }

    @Test func `a cancelled caller is answered at once`() async throws {
        let started = ContinuousClock.now
        let task = Task { [database] in
            _ = try await database.unscoped(because: "test").run(Probe.number(1))
            _ = try await database.unscoped(because: "test").run(Probe.sleep(3))
        }
        task.cancel()
        let error = await databaseError { _ = try await task.value }
        #expect(error?.code == .cancelled)
        #expect(ContinuousClock.now - started < .seconds(2))
    }

    @Test func `statements and time are counted for the task`() async throws {
        let tally = DatabaseTally()
        try await DatabaseTally.$current.withValue(tally) {
            _ = try await database.run(Probe.number(1), Probe.number(2), as: user)
            _ = try await database.read(as: user) { tx in
                try tx.run(Probe.number(3))
            }
            _ = try await database.system(because: "test").run(Probe.sleep(0.01))
        }
        #expect(tally.statements == 4)
        #expect(tally.nanoseconds > 10_000_000)
    }
}
