/// What both kinds of transactions can do.
package protocol Transaction: ~Copyable {
    /// Runs one statement and decodes its rows.
    func run<R>(_ query: Query<R>) throws(DatabaseError) -> R
}

/// A read-only, repeatable-read transaction. Only borrowed: it can't outlive its closure.
package struct ReadTransaction: ~Copyable, Transaction {
    package func run<R>(_ query: Query<R>) throws(DatabaseError) -> R {
        throw DatabaseError(.unavailable)
    }
}

/// A read-write, read-committed transaction. Only borrowed: it can't outlive its closure.
package struct WriteTransaction: ~Copyable, Transaction {
    package func run<R>(_ query: Query<R>) throws(DatabaseError) -> R {
        throw DatabaseError(.unavailable)
    }
}
