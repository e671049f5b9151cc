package import Domain

// The general form takes any number of queries. These two spell out one and two, because the compiler (6.3.1) treats an
// optional that comes out of a parameter pack as if it could not be nil.

extension Database {
    /// Runs one statement for a principal; see `run(_:as:)`.
    package func run<R: Sendable>(_ query: Query<R>, as scope: some TenantScope) async throws(DatabaseError) -> R {
        try await execute(query, scope: .principal(scope.userID))
    }

    /// Runs two statements in one implicit transaction for a principal; see `run(_:as:)`.
    package func run<A: Sendable, B: Sendable>(
        _ first: Query<A>, _ second: Query<B>, as scope: some TenantScope
    ) async throws(DatabaseError) -> (A, B) {
        try await execute(first, second, scope: .principal(scope.userID))
    }
}

extension SystemDatabase {
    /// Runs one statement for the system.
    package func run<R: Sendable>(_ query: Query<R>) async throws(DatabaseError) -> R {
        try await database.execute(query, scope: .system)
    }
}
