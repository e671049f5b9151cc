import Domain
import Persistence
import TestSupport
import Testing

@Suite(.database(migrations: fixtureMigrations), .timeLimit(.minutes(4)))
struct TenancyTests {
    private let database = TestDatabase.current
    private let ada = TestPrincipal()
    private let eve = TestPrincipal()

    @Test func `another tenant sees nothing, either way`() async throws {
        let note = try await database.run(Note.insert("mine", owner: ada), as: ada)
        #expect(try await database.run(Note.find(note.id), as: ada) == note)
        #expect(try await database.run(Note.find(note.id), as: eve) == nil)
        #expect(try await database.read(as: ada) { try $0.run(Note.find(note.id)) } == note)
        #expect(try await database.read(as: eve) { try $0.run(Note.find(note.id)) } == nil)
        #expect(try await database.write(as: eve) { try $0.run(Note.bump(note.id, from: 1)) } == 0)
    }

    @Test func `nobody writes another tenant's rows`() async throws {
        for way in [0, 1] {
            let error = await databaseError {
                if way == 0 {
                    _ = try await database.run(Note.insert("forged", owner: ada), as: eve)
                } else {
                    _ = try await database.write(as: eve) { [ada] in try $0.run(Note.insert("forged", owner: ada)) }
                }
            }
            #expect(error?.sqlState == "42501")
        }
    }

    @Test func `the system sees all rows, either way`() async throws {
        let notes = try await [
            database.run(Note.insert("of ada", owner: ada), as: ada),
            database.run(Note.insert("of eve", owner: eve), as: eve),
        ]
        let system = database.system(because: "test")
        let pipelined = try await system.run(Note.all())
        let read = try await system.read { try $0.run(Note.all()) }
        let bumped = try await system.write { tx in try notes.map { try tx.run(Note.bump($0.id, from: 1)) } }
        #expect(notes.allSatisfy { pipelined.contains($0) && read.contains($0) })
        #expect(bumped == [1, 1])
    }

    @Test func `a scope does not leak to the connection's next user`() async throws {
        let note = try await database.run(Note.insert("mine", owner: ada), as: ada)
        let unscoped = database.unscoped(because: "test")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<120 {
                group.addTask { [database, ada, eve] in
                    let find = Note.find(note.id)
                    let found: Note?
                    switch number % 4 {
                    case 0: found = try await database.run(find, as: ada)
                    case 1: found = try await database.system(because: "test").run(find)
                    case 2: found = try await database.run(find, as: eve)
                    default: found = try await unscoped.run(find)
                    }
                    #expect(found == (number % 4 < 2 ? note : nil))
                }
            }
            try await group.waitForAll()
        }
        let who = Query<String>.one(
            "who", "select concat_ws('/', current_user, current_setting('drover.principal', true))"
        ) { try $0.next() }
        for _ in 0..<16 {
            _ = try await database.system(because: "test").write { try $0.run(Probe.number(1)) }
            _ = await databaseError { _ = try await database.system(because: "test").run(Probe.divide(1, by: 0)) }
            #expect(try await unscoped.run(who) == "drover_server/")
            #expect(try await database.read(as: ada) { try $0.run(who) } == "drover_server/\(ada.userID)")
        }
    }

    @Test func `the login role owns nothing and inherits nothing`() async throws {
        let owned = try await TestDatabase.psql(
            "select count(*) from pg_class where relowner = to_regrole('\(TestDatabase.loginRole)')")
        #expect(owned == [["0"]])
        let inherits = try await TestDatabase.psql(
            "select rolinherit, rolsuper, rolbypassrls from pg_roles where rolname = '\(TestDatabase.loginRole)'")
        #expect(inherits == [["f", "f", "f"]])
    }
}
