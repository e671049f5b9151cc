extension DatabaseError {
    /// What an error result says. `isStalePlan` results are the caller's to look at first.
    init(_ result: borrowing ResultHandle, statement: StaticString?) {
        let state = result.field(.sqlState)
        self.init(
            Self.code(ofSQLState: state), sqlState: state, constraint: result.field(.constraintName),
            statement: statement.map { "\($0)" }, message: result.errorMessage)
    }

    /// The connection broke while, or before, the statement was under way.
    static func lost(_ statement: StaticString? = nil, message: String? = nil) -> DatabaseError {
        DatabaseError(.unavailable, statement: statement, message: message ?? "the connection was lost")
    }

    /// The kind that an SQLSTATE belongs to (PostgreSQL manual, appendix A). No SQLSTATE means that libpq made the
    /// error itself, because the connection broke.
    static func code(ofSQLState state: String?) -> Code {
        guard let state else { return .unavailable }
        switch state {
        case "40001", "40P01": return .serialization
        case "57014", "55P03": return .timeout
        case "57P01", "57P02", "57P03", "57P04", "57P05", "53300", "25P03": return .unavailable
        case "22021", "22P05": return .invalidText
        default:
            if state.hasPrefix("23") { return .constraint }
            return state.hasPrefix("08") ? .unavailable : .server
        }
    }
}

extension ResultHandle {
    /// Whether the server has lost or outgrown the prepared statement, so that preparing it again helps: 26000 (no
    /// such statement) or 0A000 "cached plan must not change result type".
    var isStalePlan: Bool {
        switch field(.sqlState) {
        case "26000": true
        case "0A000": field(.sourceFunction) == "RevalidateCachedQuery"
        default: false
        }
    }
}
