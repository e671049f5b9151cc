/// What both kinds of transactions can do.
package protocol Transaction: ~Copyable {
    /// Runs one statement and decodes its rows.
    /// - Throws: what the server says, `.invalidText`, `.cancelled`, `.decoding`, `.noRow`. After an error of the server
    ///   the transaction can only be undone, whatever its body does.
    func run<R>(_ query: Query<R>) throws(DatabaseError) -> R
}

/// A read-only, repeatable-read transaction. Only borrowed: it can't outlive its closure.
package struct ReadTransaction: ~Copyable, Transaction {
    private let session: LeasedSession

    init(_ session: LeasedSession) { self.session = session }

    package func run<R>(_ query: Query<R>) throws(DatabaseError) -> R { try session.run(query) }
}

/// A read-write, read-committed transaction. Only borrowed: it can't outlive its closure.
package struct WriteTransaction: ~Copyable, Transaction {
    private let session: LeasedSession

    init(_ session: LeasedSession) { self.session = session }

    package func run<R>(_ query: Query<R>) throws(DatabaseError) -> R { try session.run(query) }
}
