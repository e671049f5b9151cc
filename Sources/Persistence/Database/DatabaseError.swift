/// What went wrong between a caller and PostgreSQL. Never shown to a client as it is: `description` holds no data, and
/// the server's own words are only in `debugDescription`.
package struct DatabaseError: Error, Hashable, Sendable {
    /// The kinds a caller may want to tell apart.
    package enum Code: String, Sendable, CaseIterable {
        /// A unique, foreign key, check, not-null or exclusion rule refused the row (SQLSTATE class 23).
        case constraint
        /// There is no connection, or it was lost. A statement that was sent may or may not have taken effect.
        case unavailable
        /// The wait limit or the queue limit was reached; nothing was sent.
        case saturated
        /// Serialization failure or deadlock (40001, 40P01): the transaction is undone and may be tried again.
        case serialization
        /// The calling task was cancelled.
        case cancelled
        /// `statement_timeout` or `lock_timeout` ended the statement (57014, 55P03).
        case timeout
        /// A column does not hold what the query's row type says.
        case decoding
        /// A text that PostgreSQL can't hold: U+0000, or not encodable (22021, 22P05).
        case invalidText
        /// A query that promises a row found none.
        case noRow
        /// Any other error of the server.
        case server
    }

    /// The kind.
    package let code: Code
    /// The five characters of the server's SQLSTATE, when the server answered.
    package let sqlState: String?
    /// The name of the violated constraint, when the server named one.
    package let constraint: String?
    /// The name of the query.
    package let statement: String?
    /// The index of the column that could not be decoded, from 0.
    package let column: Int?
    /// The server's words; they may hold data.
    let message: String?

    /// An error that did not come from the server.
    package init(_ code: Code, statement: StaticString? = nil, column: Int? = nil, message: String? = nil) {
        self.init(
            code, sqlState: nil, constraint: nil, statement: statement.map { "\($0)" }, column: column,
            message: message)
    }

    init(
        _ code: Code, sqlState: String?, constraint: String?, statement: String?, column: Int? = nil,
        message: String?
    ) {
        self.code = code
        self.sqlState = sqlState
        self.constraint = constraint
        self.statement = statement
        self.column = column
        self.message = message
    }
}

extension DatabaseError: CustomStringConvertible, CustomDebugStringConvertible {
    /// The kind, SQLSTATE, constraint, statement and column; no data, no SQL.
    package var description: String {
        var parts = ["database error: \(code.rawValue)"]
        if let sqlState { parts.append("sqlstate \(sqlState)") }
        if let constraint { parts.append("constraint \(constraint)") }
        if let statement { parts.append("statement \(statement)") }
        if let column { parts.append("column \(column)") }
        return parts.joined(separator: ", ")
    }

    /// `description` and the server's message, which may hold data: for a developer's eyes only.
    package var debugDescription: String {
        message.map { "\(description): \($0)" } ?? description
    }
}
