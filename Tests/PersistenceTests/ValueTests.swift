import Domain
import FoundationEssentials
import Persistence
import TestSupport
import Testing

/// What is bound comes back the same, over both ways to the database.
@Suite(.database(migrations: fixtureMigrations), .timeLimit(.minutes(4)))
struct ValueTests {
    private let database = TestDatabase.current
    private let user = TestPrincipal()

    /// Sends a value there and back, on a pipelined and on a leased connection.
    private func echo<V: SQLValue & Equatable>(_ value: V, _ cast: SQL) async throws {
        let query = Query<V>.one("echo", "select \(value)::\(cast)") { try $0.next() }
        #expect(try await database.run(query, as: user) == value)
        #expect(try await database.read(as: user) { try $0.run(query) } == value)
        let null = Query<V?>.one("echo.null", "select \(V?.none)::\(cast)") { try $0.next() }
        #expect(try await database.run(null, as: user) == nil)
    }

    @Test func `numbers and booleans`() async throws {
        for value in [0, 1, -1, Int64.max, .min] { try await echo(value, "bigint") }
        for value in [0, -1, Int32.max, .min] { try await echo(value, "int") }
        try await echo(Int(-42), "bigint")
        for value in [0.0, -1.5, 1e300, .infinity, .leastNonzeroMagnitude] { try await echo(value, "float8") }
        try await echo(true, "bool")
        try await echo(false, "bool")
    }

    @Test func `texts, bytes and JSON`() async throws {
        for text in ["", "plain", "'quoted\\'", "ü€😀", String(repeating: "long ", count: 300_000)] {
            try await echo(text, "text")
        }
        try await echo([UInt8](), "bytea")
        try await echo([0, 1, 255, 0] as [UInt8], "bytea")
        try await echo([UInt8](repeating: 7, count: 3_000_000), "bytea")
        try await echo(JSONText(text: #"{"a": [1, null, "ü"]}"#), "jsonb")
    }

    @Test func `UUIDs, ids, digests, names and enums`() async throws {
        try await echo(SystemRandom().uuid(), "uuid")
        try await echo(user.userID, "uuid")
        try await echo(ModelID(rawValue: 77), "bigint")
        try await echo(Digest(hashing: [1, 2, 3] as [UInt8]), "bytea")
        try await echo(WorkspaceName.defaultWorkspace(of: try Email("ada@example.com")), "text")
        try await echo(ModelVersionStatus.pendingConversion, "text")
    }

    @Test func `times are exact to the microsecond`() async throws {
        for micros in [0, 1, -1, 999_999, 820_000_000_123_457, -3_000_000_000_000_001] as [Int64] {
            try await echo(Date(timeIntervalSinceReferenceDate: Double(micros) / 1e6), "timestamptz")
        }
        let known = Query<String>.one(
            "time.text", "select to_char(\(Date(timeIntervalSince1970: 1.000_001)), 'YYYY-MM-DD HH24:MI:SS.US')"
        ) { try $0.next() }
        #expect(try await database.run(known, as: user) == "1970-01-01 00:00:01.000001")
    }

    @Test func `a time beyond the calendar is refused`() async {
        let query = Query<Date>.one("time.far", "select \(Date(timeIntervalSince1970: .infinity))") { try $0.next() }
        let error = await databaseError { _ = try await database.run(query, as: user) }
        #expect(error?.sqlState == "22008")
    }

    @Test func `arrays, also empty ones`() async throws {
        try await echo([] as [Int64], "bigint[]")
        try await echo([1, -2, .max] as [Int64], "bigint[]")
        try await echo([3, 4], "bigint[]")
        try await echo(["", "a,b", "{\"}", "ü"], "text[]")
        try await echo([] as [String], "text[]")
        try await echo([SystemRandom().uuid(), SystemRandom().uuid()], "uuid[]")
        try await echo([1.5, -.infinity], "float8[]")
        try await echo([ModelID(rawValue: 3)], "bigint[]")
        try await echo([user.userID], "uuid[]")
        try await echo([ModelVersionStatus.ready, .error], "text[]")
    }

    @Test func `a stored row comes back by column`() async throws {
        let (uuid, time) = (SystemRandom().uuid(), Date(timeIntervalSince1970: 1_700_000_000.25))
        let insert = Query<Int64>.one(
            "samples.insert",
            """
            insert into samples (an_int, a_bigint, a_smallint, a_bool, a_real, a_text, a_uuid, a_time, a_jsonb, a_json)
            values (\(3), \(Int32(4)), 5, \(true), 0.5, \("six"), \(uuid), \(time), \(JSONText(text: "{}")), '[7]')
            returning id
            """
        ) { try $0.next() }
        let id = try await database.run(insert, as: user)
        let read = Query<[String]>.one(
            "samples.find",
            """
            select an_int, a_bigint, a_smallint, a_bool, a_real, a_text, a_uuid, a_time, a_jsonb, a_json, a_double
            from samples where id = \(id)
            """
        ) {
            [
                "\(try $0.next(Int.self))", "\(try $0.next(Int.self))", "\(try $0.next(Int32.self))",
                "\(try $0.next(Bool.self))", "\(try $0.next(Double.self))", try $0.next(String.self),
                "\(try $0.next(UUID.self) == uuid)", "\(try $0.next(Date.self) == time)",
                try $0.next(JSONText.self).text, try $0.next(JSONText.self).text, "\(try $0.next(Double?.self) == nil)",
            ]
        }
        let columns = try await database.run(read, as: user)
        #expect(columns == ["3", "4", "5", "true", "0.5", "six", "true", "true", "{}", "[7]", "true"])
    }

    struct BadColumn: CustomTestStringConvertible, Sendable {
        let name: String
        let query: Query<Bool>
        let column: Int
        var testDescription: String { name }
    }

    @Test(arguments: [
        BadColumn(
            name: "null where a value is due",
            query: .one("bad", "select 1::bigint, null::text") {
                try $0.next(Int.self) == 0 && $0.next() == "" || $0.next()
            },
            column: 1),
        BadColumn(
            name: "text where a number is due",
            query: .one("bad", "select 'x'::text") { try $0.next(Int.self) == 0 }, column: 0),
        BadColumn(
            name: "numeric where a double is due",
            query: .one("bad", "select 1.5") { try $0.next(Double.self) == 0 }, column: 0),
        BadColumn(
            name: "a UUID where text is due",
            query: .one("bad", "select gen_random_uuid()") { try $0.next(String.self) == "" }, column: 0),
        BadColumn(
            name: "a bigint that no Int32 holds",
            query: .one("bad", "select 3000000000::bigint") { try $0.next(Int32.self) == 0 }, column: 0),
        BadColumn(
            name: "an unknown enum text",
            query: .one("bad", "select 'sideways'") { try $0.next(ModelRuntime.self) == .onnx }, column: 0),
        BadColumn(
            name: "an infinite time",
            query: .one("bad", "select 'infinity'::timestamptz") { try $0.next(Date?.self) == nil }, column: 0),
        BadColumn(
            name: "an array with a null",
            query: .one("bad", "select array['a', null]") { try $0.next([String].self) == [] },
            column: 0),
        BadColumn(
            name: "one column too many",
            query: .one("bad", "select 1::bigint") { try $0.next(Int.self) == 0 || $0.next(Int.self) == 0 }, column: 1),
    ])
    func `a column that holds something else is a decoding error`(_ bad: BadColumn) async {
        let pipelined = await databaseError { _ = try await database.run(bad.query, as: user) }
        #expect(pipelined?.code == .decoding)
        #expect(pipelined?.statement == "bad")
        #expect(pipelined?.column == bad.column)
        let leased = await databaseError { _ = try await database.read(as: user) { try $0.run(bad.query) } }
        #expect(leased == pipelined)
    }

    @Test func `text with U+0000 is refused before anything is sent`() async throws {
        let queries: [Query<Int>] = [
            .execute("nul", "select \("admin\0-impostor")"),
            .execute("nul", "select \(["a", "b\0"])"),
            .execute("nul", "select \(JSONText(text: "\"\0\""))"),
        ]
        let neverConnected = Database(DatabaseSettings(conninfo: Secret("")), logger: TestDatabase.quiet)
        for query in queries {
            let pipelined = await databaseError { _ = try await neverConnected.run(query, as: user) }
            #expect(pipelined == DatabaseError(.invalidText, statement: "nul"))
            let leased = await databaseError { _ = try await database.write(as: user) { try $0.run(query) } }
            #expect(leased == DatabaseError(.invalidText, statement: "nul"))
        }
        let escaped = Query<Int>.execute("nul.json", "select \(JSONText(text: #""\u0000""#))")
        #expect(await databaseError { _ = try await database.run(escaped, as: user) }?.code == .invalidText)
    }

    @Test func `no row is told from a row`() async throws {
        let none = Query<Int>.one("none", "select 1::bigint where false") { try $0.next() }
        #expect(await databaseError { _ = try await database.run(none, as: user) }?.code == .noRow)
        let first = Query<Int?>.first("none", "select 1::bigint where false") { try $0.next() }
        #expect(try await database.run(first, as: user) == nil)
        let rows = Query<[Int]>.rows("many", "select generate_series(1, 5)::bigint") { try $0.next() }
        #expect(try await database.run(rows, as: user) == [1, 2, 3, 4, 5])
        #expect(try await database.run(Query.execute("count", "select generate_series(1, 5)"), as: user) == 5)
    }
}
