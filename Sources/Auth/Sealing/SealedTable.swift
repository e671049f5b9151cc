import Persistence

/// A table with sealed values: how its rows are found, where they stand, and how they are written back.
struct SealedTable<Row: Sendable>: Sendable {
    /// As in `SealedCount.place`.
    let name: String
    /// Rows that another key than the named one has sealed, after a row, at most so many.
    let stale: @Sendable (_ keyID: String, _ after: Row?, _ limit: Int) -> Query<[Row]>
    let place: @Sendable (Row) -> SealedPlace
    let sealed: @Sendable (Row) -> [UInt8]
    let update: @Sendable (Row, _ sealed: [UInt8]) -> Query<Int>
}

extension SealedTable<SealedInstanceKey> {
    static var instanceKeys: Self {
        SealedTable(
            name: "instance_keys.sealed_key", stale: { .instanceKeys(notSealedBy: $0, after: $1, limit: $2) },
            place: { .instanceKey($0.purpose, id: $0.id) }, sealed: \.sealed,
            update: { .resealInstanceKey($0.id, sealed: $1) })
    }
}

extension SealedTable<SealedConnectionDetails> {
    static var connectionDetails: Self {
        SealedTable(
            name: "connection_details.sealed_details",
            stale: { .connectionDetails(notSealedBy: $0, after: $1, limit: $2) },
            place: { .connectionDetails($0.id) }, sealed: \.sealed,
            update: { .resealConnectionDetails($0.id, sealed: $1) })
    }
}

extension SealedTable<SealedRegistryToken> {
    static var modelRegistryTokens: Self {
        SealedTable(
            name: "model_registry_tokens.sealed_token",
            stale: { .registryTokens(notSealedBy: $0, after: $1, limit: $2) },
            place: { .modelRegistryToken($0.id) }, sealed: \.sealed,
            update: { .resealRegistryToken($0.id, sealed: $1) })
    }
}

extension SealedTable<SealedWorkspacePassword> {
    static var registryCredentials: Self {
        SealedTable(
            name: "workspace_registry_credentials.sealed_password",
            stale: { .registryPasswords(notSealedBy: $0, after: $1, limit: $2) },
            place: { .registryCredentials(of: $0.workspace, registry: $0.registry) }, sealed: \.sealed,
            update: { .resealRegistryPassword($0.workspace, sealed: $1) })
    }
}

extension SealedTable<SealedAnswer> {
    static var keptAnswers: Self {
        SealedTable(
            name: "idempotency_keys.sealed_body", stale: { .keptAnswers(notSealedBy: $0, after: $1, limit: $2) },
            place: { .keptAnswer(key: $0.key, of: $0.user) }, sealed: \.sealed,
            update: { .resealKeptAnswer($0, sealed: $1) })
    }
}
