/// Why a migration run stopped. Names files and versions, never their contents.
package struct MigrationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds.
    package enum Code: Hashable, Sendable {
        /// The directory can't be read, or a file in it is not UTF-8.
        case unreadable
        /// A `.sql` file that is not named `NNNN_name.sql`, or two with one version.
        case badName
        /// The file is not what was applied.
        case edited
        /// What was applied has no file.
        case missing
        /// The file is older than one that was applied.
        case outOfOrder
        /// Another migrator held the lock for too long.
        case locked
        /// The server refused a statement of the file; a file in a transaction left nothing behind.
        case failed
    }

    /// The kind.
    package let code: Code
    /// The file, as `NNNN_name.sql`, when there is one.
    package let file: String?
    /// The SQLSTATE, when the server answered.
    package let sqlState: String?
    /// What to know, as a sentence.
    package let detail: String

    init(_ code: Code, file: String? = nil, sqlState: String? = nil, _ detail: String) {
        self.code = code
        self.file = file
        self.sqlState = sqlState
        self.detail = detail
    }

    package var description: String {
        [file, sqlState.map { "sqlstate \($0)" }, detail].compactMap { $0 }.joined(separator: ": ")
    }
}
