package import Domain

extension Database {
    /// One round trip on a pipelined connection for one query, as `run` of several.
    /// - Throws: `.saturated` and `.invalidText` before anything is sent, `.cancelled`, and what the server says.
    package func run<R: Sendable>(_ query: Query<R>, as scope: some TenantScope) async throws(DatabaseError) -> R {
        try await execute(query, scope: SessionScope(scope))
    }

    /// One round trip on a pipelined connection: the queries run in order as one implicit transaction that sees the
    /// rows of the principal; an error undoes all of them.
    /// - Throws: `.saturated` and `.invalidText` before anything is sent, `.cancelled`, and what the server says.
    package func run<each R: Sendable>(
        _ query: repeat Query<each R>, as scope: some TenantScope
    ) async throws(DatabaseError) -> (repeat each R) {
        try await execute(repeat each query, scope: SessionScope(scope))
    }

    func execute<R: Sendable>(_ query: Query<R>, scope: SessionScope) async throws(DatabaseError) -> R {
        var results = BatchResults(try await results(of: [query.statement], scope: scope))
        return try results.next(query)
    }

    func execute<each R: Sendable>(
        _ query: repeat Query<each R>, scope: SessionScope
    ) async throws(DatabaseError) -> (repeat each R) {
        var statements: [Statement] = []
        for query in repeat each query { statements.append(query.statement) }
        var results = BatchResults(try await results(of: statements, scope: scope))
        return (repeat try results.next(each query))
    }

    private func results(of statements: [Statement], scope: SessionScope) async throws(DatabaseError) -> [ResultBox] {
        for statement in statements where statement.sql.holdsInvalidText {
            throw DatabaseError(.invalidText, statement: statement.name)
        }
        let batch = PipelineBatch(statements, as: scope)
        if let tally = DatabaseTally.current {
            let start = ContinuousClock.now
            await batch.complete(on: reactor)
            tally.add(statements: statements.count, since: start)
        } else {
            await batch.complete(on: reactor)
        }
        if let failure = batch.failure { throw failure }
        guard batch.results.count == statements.count else { throw .lost(statements.first?.name) }
        return batch.results
    }
}

/// Hands a batch's results to its queries in order.
private struct BatchResults {
    private let results: [ResultBox]
    private var index = 0

    init(_ results: [ResultBox]) { self.results = results }

    mutating func next<R>(_ query: Query<R>) throws(DatabaseError) -> R {
        defer { index += 1 }
        var rows = Rows(results[index], of: query.name)
        return try query.decode(&rows)
    }
}
