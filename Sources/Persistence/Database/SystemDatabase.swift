/// Work without a tenant, as the role `drover_system`, which sees all rows. Made by `Database.system(because:)`, so that
/// each use states its reason and can be found.
package struct SystemDatabase: Sendable {
    let database: Database
    let reason: StaticString
}

/// Single statements with neither principal nor role: row-level security shows them nothing. For pings and benchmarks.
package struct UnscopedDatabase: Sendable {
    let database: Database
}

extension Database {
    /// The way to the database for work that belongs to no tenant.
    package func system(because reason: StaticString) -> SystemDatabase {
        SystemDatabase(database: self, reason: reason)
    }

    /// The way to the database for statements that touch no tenant's rows.
    package func unscoped(because _: StaticString) -> UnscopedDatabase {
        UnscopedDatabase(database: self)
    }
}

extension SystemDatabase {
    /// As `Database.run(_:as:)`, for the system.
    package func run<each R: Sendable>(
        _ query: repeat Query<each R>
    ) async throws(DatabaseError) -> (repeat each R) {
        try await database.execute(repeat each query, scope: .system)
    }

    /// As `run` of several, for one query.
    package func run<R: Sendable>(_ query: Query<R>) async throws(DatabaseError) -> R {
        try await database.execute(query, scope: .system)
    }

    /// As `Database.read(as:_:)`, for the system.
    package func read<R: Sendable>(
        _ body: @escaping @Sendable (borrowing ReadTransaction) throws -> R
    ) async throws -> R {
        try await database.read(scope: .system, body)
    }

    /// As `Database.write(as:_:)`, for the system.
    package func write<R: Sendable>(
        _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> R
    ) async throws -> R {
        try await database.write(scope: .system, body)
    }
}

extension UnscopedDatabase {
    /// As `Database.run(_:as:)`, with no scope set.
    package func run<each R: Sendable>(
        _ query: repeat Query<each R>
    ) async throws(DatabaseError) -> (repeat each R) {
        try await database.execute(repeat each query, scope: .none)
    }

    /// As `run` of several, for one query.
    package func run<R: Sendable>(_ query: Query<R>) async throws(DatabaseError) -> R {
        try await database.execute(query, scope: .none)
    }
}
