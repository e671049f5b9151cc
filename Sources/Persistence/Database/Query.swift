/// One statement and how its rows become a result. All SQL of nouns is written as static functions that return these.
package struct Query<Result: Sendable>: Sendable {
    let name: StaticString
    let sql: SQL
    let decode: @Sendable (inout Rows) throws(DatabaseError) -> Result

    /// - Parameters:
    ///   - name: for errors, logs and metrics, such as `models.insert`.
    ///   - decode: reads the rows; runs on the caller's task, or on the connection's thread in a transaction.
    package init(
        _ name: StaticString, _ sql: SQL, decode: @escaping @Sendable (inout Rows) throws(DatabaseError) -> Result
    ) {
        self.name = name
        self.sql = sql
        self.decode = decode
    }

    var statement: Statement { Statement(name: name, sql: sql) }
}

extension Query {
    // The closures throw `any Error` only because the compiler does not infer typed throws for closures; whatever is not
    // a `DatabaseError` becomes `.decoding`.

    /// All rows.
    package static func rows<Row: Sendable>(
        _ name: StaticString, _ sql: SQL,
        _ row: @escaping @Sendable (inout RowReader) throws -> Row
    ) -> Query where Result == [Row] {
        Query(name, sql) { (rows: inout Rows) throws(DatabaseError) in
            var all: [Row] = []
            all.reserveCapacity(rows.count)
            while var reader = rows.next() { all.append(try reader.decode(row)) }
            return all
        }
    }

    /// The first row, or `nil`.
    package static func first<Row: Sendable>(
        _ name: StaticString, _ sql: SQL,
        _ row: @escaping @Sendable (inout RowReader) throws -> Row
    ) -> Query where Result == Row? {
        Query(name, sql) { (rows: inout Rows) throws(DatabaseError) in
            guard var reader = rows.next() else { return nil }
            return try reader.decode(row)
        }
    }

    /// The first row; no row is `DatabaseError(.noRow)`.
    package static func one(
        _ name: StaticString, _ sql: SQL,
        _ row: @escaping @Sendable (inout RowReader) throws -> Result
    ) -> Query {
        Query(name, sql) { (rows: inout Rows) throws(DatabaseError) in
            guard var reader = rows.next() else { throw DatabaseError(.noRow, statement: name) }
            return try reader.decode(row)
        }
    }

    /// How many rows the statement inserted, changed, deleted or returned.
    package static func execute(_ name: StaticString, _ sql: SQL) -> Query where Result == Int {
        Query(name, sql) { (rows: inout Rows) throws(DatabaseError) in rows.affected }
    }
}

/// The rows of one statement, in order.
package struct Rows {
    let result: ResultBox
    let statement: StaticString
    private var index: Int32 = 0

    init(_ result: ResultBox, of statement: StaticString) {
        self.result = result
        self.statement = statement
    }

    /// How many rows there are.
    package var count: Int { Int(result.rowCount) }

    /// The count in the command tag: rows inserted, changed, deleted or returned.
    package var affected: Int { result.affectedRows }

    /// The next row, or `nil` after the last.
    package mutating func next() -> RowReader? {
        guard index < result.rowCount else { return nil }
        defer { index += 1 }
        return RowReader(result: result, row: index, statement: statement)
    }
}

/// Reads one row's columns from left to right.
package struct RowReader {
    let result: ResultBox
    let row: Int32
    let statement: StaticString
    private var column: Int32 = 0

    init(result: ResultBox, row: Int32, statement: StaticString) {
        self.result = result
        self.row = row
        self.statement = statement
    }

    /// The next column. Ask for an optional where the column may be null.
    /// - Throws: `.decoding` with the statement's name and the column's index when the column holds something else.
    package mutating func next<Value: SQLValue>(_: Value.Type = Value.self) throws(DatabaseError) -> Value {
        let index = column
        column += 1
        guard let value = result.decode(Value.self, row: row, column: index) else {
            throw DatabaseError(.decoding, statement: statement, column: Int(index))
        }
        return value
    }

    fileprivate mutating func decode<Value>(_ body: (inout RowReader) throws -> Value) throws(DatabaseError) -> Value {
        do {
            return try body(&self)
        } catch let error as DatabaseError {
            throw error
        } catch {
            throw DatabaseError(.decoding, statement: statement, message: "\(error)")
        }
    }
}
