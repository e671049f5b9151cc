import CLibPQ
package import Domain

/// A connection for scripts: text without parameters, one call at a time, on a thread of its own. For the migrator and
/// for tests; the server's queries never come here.
package final class PlainConnection: Sendable {
    /// `@unchecked`: belongs to the thread.
    private final class Session: @unchecked Sendable {
        private let handle: ConnectionHandle
        private let parameters = ParameterBuffer()

        init(_ options: ConnectionOptions) throws(DatabaseError) {
            handle = try ConnectionHandle(connecting: options)
        }

        var isInTransaction: Bool { handle.transactionStatus != PQTRANS_IDLE }

        func execute(_ text: String) throws(DatabaseError) -> ResultHandle {
            guard handle.sendScript(text) else { throw .lost(message: handle.errorMessage) }
            return try result(of: "script")
        }

        func run<R>(_ query: Query<R>) throws(DatabaseError) -> R {
            guard handle.sendOnce(query.sql.text, query.sql.parameters, using: parameters) else {
                throw .lost(query.name, message: handle.errorMessage)
            }
            var rows = Rows(ResultBox(try result(of: query.name)), of: query.name)
            return try query.decode(&rows)
        }

        /// Blocks for all results; the last one, or the first error.
        private func result(of name: StaticString) throws(DatabaseError) -> ResultHandle {
            var last: ResultHandle?
            var error: DatabaseError?
            while let next = handle.nextResult() {
                if next.isSuccess { last = consume next } else { error = error ?? DatabaseError(next, statement: name) }
            }
            if let error { throw error }
            guard let last else { throw .lost(name, message: handle.errorMessage) }
            return last
        }
    }

    private let thread: WorkerThread
    private let session: Session

    private init(_ thread: WorkerThread, _ session: Session) {
        self.thread = thread
        self.session = session
    }

    deinit { thread.stop() }

    /// Connects as the role that the connection string names.
    /// - Throws: `.unavailable`.
    package static func open(
        _ conninfo: Secret<String>, applicationName: String
    ) async throws(DatabaseError) -> PlainConnection {
        let thread = try WorkerThread()
        let outcome = await thread.perform { () -> Result<Session, DatabaseError> in
            Result { () throws(DatabaseError) in
                try Session(ConnectionOptions(owner: conninfo, applicationName: applicationName))
            }
        }
        do throws(DatabaseError) {
            return PlainConnection(thread, try (outcome ?? .failure(.lost())).get())
        } catch {
            thread.stop()
            throw error
        }
    }

    /// Runs one or more statements.
    package func execute(_ text: String) async throws(DatabaseError) {
        try await onThread { (session) throws(DatabaseError) in _ = try session.execute(text) }
    }

    /// Runs one or more statements; the rows of the last one as text, `nil` for null.
    package func rows(_ text: String) async throws(DatabaseError) -> [[String?]] {
        try await onThread { (session) throws(DatabaseError) in try session.execute(text).texts() }
    }

    /// Runs one query with its values.
    package func run<R: Sendable>(_ query: Query<R>) async throws(DatabaseError) -> R {
        try await onThread { (session) throws(DatabaseError) in try session.run(query) }
    }

    /// Whether a `begin` is open, failed or not.
    func isInTransaction() async throws(DatabaseError) -> Bool {
        try await onThread { (session) throws(DatabaseError) in session.isInTransaction }
    }

    /// Ends the thread; the connection closes with the last reference.
    package func close() { thread.stop() }

    private func onThread<R: Sendable>(
        _ body: @escaping @Sendable (Session) throws(DatabaseError) -> R
    ) async throws(DatabaseError) -> R {
        let session = session
        let outcome = await thread.perform { () -> Result<R, DatabaseError> in
            Result { () throws(DatabaseError) in try body(session) }
        }
        return try (outcome ?? .failure(.lost())).get()
    }
}
