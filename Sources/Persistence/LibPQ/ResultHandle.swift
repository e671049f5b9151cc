import CLibPQ

/// Owns a `PGresult`: cleared exactly once, when it goes out of scope.
@safe struct ResultHandle: ~Copyable {
    private let raw: OpaquePointer

    /// Takes ownership.
    init(_ raw: OpaquePointer) { unsafe self.raw = unsafe raw }

    deinit { unsafe PQclear(raw) }

    var status: ExecStatusType { unsafe PQresultStatus(raw) }
    var rowCount: Int32 { unsafe PQntuples(raw) }
    var columnCount: Int32 { unsafe PQnfields(raw) }

    /// The count in the command tag, 0 when it has none.
    var affectedRows: Int { unsafe Int(String(cString: PQcmdTuples(raw))) ?? 0 }

    /// The fields of an error report that we look at; the numbers are the PG_DIAG_… characters of postgres_ext.h, which
    /// Swift does not import.
    enum Field: UInt8 {
        case sqlState = 67  // C
        case constraintName = 110  // n
        case sourceFunction = 82  // R
    }

    /// A field of an error report.
    func field(_ field: Field) -> String? {
        guard let text = unsafe PQresultErrorField(raw, Int32(field.rawValue)) else { return nil }
        return unsafe String(cString: text)
    }

    var errorMessage: String { unsafe String(cString: PQresultErrorMessage(raw)) }

    /// Whether the statement went well, with or without rows.
    var isSuccess: Bool {
        switch status {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: true
        default: false
        }
    }

    /// All rows of a result in text format, for scripts.
    func texts() -> [[String?]] {
        (0..<rowCount).map { row in
            (0..<columnCount).map { column in
                if unsafe PQgetisnull(raw, row, column) == 1 { return nil }
                return unsafe String(cString: PQgetvalue(raw, row, column))
            }
        }
    }

    /// The column decoded, or `nil` when it holds something else. Row and column are checked here.
    func decode<Value: SQLValue>(_: Value.Type, row: Int32, column: Int32) -> Value? {
        guard row >= 0, row < rowCount, column >= 0, column < columnCount else { return nil }
        let type = SQLType(rawValue: unsafe PQftype(raw, column))
        if unsafe PQgetisnull(raw, row, column) == 1 {
            return Value.sqlDecode(unsafe SQLCell(base: nil, count: 0, type: type))
        }
        let count = unsafe Int(PQgetlength(raw, row, column))
        let base = unsafe UnsafeRawPointer(PQgetvalue(raw, row, column))
        return Value.sqlDecode(unsafe SQLCell(base: base, count: count, type: type))
    }
}

/// A result that goes from the thread that received it to the task that reads it.
///
/// `@unchecked`: a finished `PGresult` is never changed again, and libpq allows any thread to read it.
final class ResultBox: @unchecked Sendable {
    private let handle: ResultHandle

    init(_ handle: consuming ResultHandle) { self.handle = handle }

    var rowCount: Int32 { handle.rowCount }
    var affectedRows: Int { handle.affectedRows }

    /// The column decoded, or `nil` when it holds something else.
    func decode<Value: SQLValue>(_ type: Value.Type, row: Int32, column: Int32) -> Value? {
        handle.decode(type, row: row, column: column)
    }
}
