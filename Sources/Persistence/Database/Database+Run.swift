package import Domain

extension Database {
    /// As `run` of any number of queries, spelled out for two: the compiler (6.3.1) treats an optional that comes out of
    /// a parameter pack as if it could not be nil.
    package func run<A: Sendable, B: Sendable>(
        _ first: Query<A>, _ second: Query<B>, as scope: some TenantScope
    ) async throws(DatabaseError) -> (A, B) {
        try await execute(first, second, scope: SessionScope(scope))
    }
}

extension SystemDatabase {
    /// As `run` of any number of queries, spelled out for two.
    package func run<A: Sendable, B: Sendable>(
        _ first: Query<A>, _ second: Query<B>
    ) async throws(DatabaseError) -> (A, B) {
        try await database.execute(first, second, scope: .system)
    }
}
