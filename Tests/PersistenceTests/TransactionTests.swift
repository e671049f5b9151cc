import Domain
import Persistence
import TestSupport
import Testing

@Suite(.database(migrations: fixtureMigrations), .timeLimit(.minutes(4)))
struct TransactionTests {
    private struct Changed: Error {}

    private let database = TestDatabase.current
    private let user = TestPrincipal()

    @Test func `a write is there afterwards`() async throws {
        let note = try await database.write(as: user) { [user] tx in
            let note = try tx.run(Note.insert("kept", owner: user))
            #expect(try tx.run(Note.find(note.id)) == note)
            return note
        }
        #expect(try await database.run(Note.find(note.id), as: user) == note)
    }

    @Test func `a read-only transaction refuses writes`() async {
        let error = await databaseError {
            _ = try await database.read(as: user) { [user] in try $0.run(Note.insert("no", owner: user)) }
        }
        #expect(error?.sqlState == "25006")
    }

    @Test func `a read sees one snapshot`() async throws {
        let (database, user) = (database, user)
        let first = try await database.run(Note.insert("first", owner: user), as: user)
        let (entered, left) = (Gate(), Gate())
        async let counts = database.read(as: user) { tx in
            let before = try tx.run(Note.all()).count
            entered.open()
            left.wait()
            return [before, try tx.run(Note.all()).count]
        }
        defer { left.open() }
        await entered.opened()
        _ = try await database.run(Note.insert("second", owner: user), as: user)
        left.open()
        #expect(try await counts == [1, 1])
        #expect(try await database.run(Note.all(), as: user).count == 2)
        #expect(first.revision == 1)
    }

    @Test func `a body that throws leaves nothing behind`() async throws {
        await #expect(throws: Changed.self) {
            try await database.write(as: user) { [user] tx in
                _ = try tx.run(Note.insert("undone", owner: user))
                throw Changed()
            }
        }
        #expect(try await database.run(Note.all(), as: user).isEmpty)
    }

    @Test func `a failed statement undoes the transaction even if the body goes on`() async throws {
        let error = await databaseError {
            _ = try await database.write(as: user) { [user] tx in
                _ = try tx.run(Note.insert("undone", owner: user))
                return (try? tx.run(Probe.divide(1, by: 0))) ?? 0
            }
        }
        #expect(error?.sqlState == "22012")
        #expect(try await database.run(Note.all(), as: user).isEmpty)
    }

    @Test func `a guarded update has one winner among 16`() async throws {
        for way in [0, 1] {
            let note = try await database.run(Note.insert("raced \(way)", owner: user), as: user)
            let winners = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<16 {
                    group.addTask { [database, user] in
                        way == 0
                            ? try await database.run(Note.bump(note.id, from: 1), as: user)
                            : try await database.write(as: user) { try $0.run(Note.bump(note.id, from: 1)) }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(winners == 1)
            #expect(try await database.run(Note.find(note.id), as: user)?.revision == 2)
        }
    }

    @Test(arguments: ["40001", "40P01"])
    func `serialization failures of a write are tried again`(_ code: String) async throws {
        let attempts = Counter()
        let note = try await database.write(as: user) { [user] tx in
            let note = try tx.run(Note.insert("again \(code)", owner: user))
            if attempts.next() < 4 {
                // Even when the body turns the error into another one.
                do { _ = try tx.run(Probe.raise(code)) } catch { throw Changed() }
            }
            return note
        }
        #expect(attempts.value == 4)
        #expect(try await database.run(Note.all(), as: user) == [note])
    }

    @Test func `a write gives up after three more attempts, a read at once`() async {
        let writes = Counter()
        let write = await databaseError {
            _ = try await database.write(as: user) { tx in
                writes.next()
                return try tx.run(Probe.raise("40001"))
            }
        }
        #expect(write?.code == .serialization)
        #expect(writes.value == 4)
        let reads = Counter()
        let read = await databaseError {
            _ = try await database.read(as: user) { tx in
                reads.next()
                return try tx.run(Probe.raise("40001"))
            }
        }
        #expect(read?.code == .serialization)
        #expect(reads.value == 1)
    }

    @Test func `a real deadlock ends with both writes done`() async throws {
        let (database, user) = (database, user)
        let a = try await database.run(Note.insert("a", owner: user), as: user)
        let b = try await database.run(Note.insert("b", owner: user), as: user)
        let gates = [Gate(), Gate()]
        let touch = { @Sendable (id: Int64) -> Query<Int> in
            .execute("notes.touch", "update notes set revision = revision + 1 where id = \(id)")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (mine, other, ids) in [(gates[0], gates[1], [a.id, b.id]), (gates[1], gates[0], [b.id, a.id])] {
                group.addTask {
                    try await database.write(as: user) { tx in
                        _ = try tx.run(touch(ids[0]))
                        mine.open()
                        other.wait()
                        _ = try tx.run(touch(ids[1]))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await database.run(Note.all(), as: user).map(\.revision) == [3, 3])
    }
}
