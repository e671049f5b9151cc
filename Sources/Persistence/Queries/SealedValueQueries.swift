package import Domain

/// How many values of a table a sealing key has sealed.
package struct SealedCount: Sendable, Hashable {
    /// Table and column, such as `instance_keys.sealed_key`.
    package let place: String
    /// The key's id, which is public.
    package let keyID: String
    package let count: Int64

    init(row: inout RowReader) throws(DatabaseError) {
        place = try row.next()
        keyID = try row.next()
        count = try row.next()
    }
}

/// A private key of the instance that an older sealing key has sealed.
package struct SealedInstanceKey: Sendable {
    package let id: String
    package let purpose: InstanceKeyPurpose
    package let sealed: [UInt8]
}

/// A connection's details that an older sealing key has sealed.
package struct SealedConnectionDetails: Sendable {
    package let id: ConnectionID
    package let sealed: [UInt8]
}

/// A model registry's token that an older sealing key has sealed.
package struct SealedRegistryToken: Sendable {
    package let id: ModelRegistryID
    package let sealed: [UInt8]
}

/// A workspace's password at the OCI registry that an older sealing key has sealed.
package struct SealedWorkspacePassword: Sendable {
    package let workspace: WorkspaceID
    package let registry: String
    package let sealed: [UInt8]
}

/// A kept answer that an older sealing key has sealed.
package struct SealedAnswer: Sendable {
    package let user: UserID
    package let key: String
    package let sealed: [UInt8]
}

// For `drover admin rotate-key`, as drover_system. A value names its key in its bytes 2 to 5. Each list goes on after
// the last row of the one before, so that a row that can't be opened does not come again and again, and locks its rows.
extension Query {
    /// What seals what. Every column `sealed_…` stands here, and in `Resealing`; a test compares.
    package static func sealedCounts() -> Query<[SealedCount]> where Result == [SealedCount] {
        .rows(
            "sealed_value.count",
            """
            select 'instance_keys.sealed_key', encode(substr(sealed_key, 2, 4), 'hex') as key_id, count(*)
            from instance_keys group by key_id
            union all
            select 'connection_details.sealed_details', sealing_key_id, count(*)
            from connection_details group by sealing_key_id
            union all
            select 'model_registry_tokens.sealed_token', sealing_key_id, count(*)
            from model_registry_tokens group by sealing_key_id
            union all
            select 'workspace_registry_credentials.sealed_password', sealing_key_id, count(*)
            from workspace_registry_credentials group by sealing_key_id
            union all
            select 'idempotency_keys.sealed_body', encode(substr(sealed_body, 2, 4), 'hex') as key_id, count(*)
            from idempotency_keys where sealed_body is not null group by key_id
            order by 1, 2
            """, SealedCount.init(row:))
    }

    package static func instanceKeys(notSealedBy keyID: String, after: SealedInstanceKey?, limit: Int)
        -> Query<[SealedInstanceKey]> where Result == [SealedInstanceKey]
    {
        .rows(
            "sealed_value.instance_keys",
            """
            select id, purpose, sealed_key from instance_keys
            where encode(substr(sealed_key, 2, 4), 'hex') <> \(keyID) and (\(after?.id)::text is null or id > \(after?.id))
            order by id limit \(Int64(limit)) for update
            """
        ) { row in SealedInstanceKey(id: try row.next(), purpose: try row.next(), sealed: try row.next()) }
    }

    package static func resealInstanceKey(_ id: String, sealed: [UInt8]) -> Query<Int> where Result == Int {
        .execute("sealed_value.instance_key", "update instance_keys set sealed_key = \(sealed) where id = \(id)")
    }

    package static func connectionDetails(notSealedBy keyID: String, after: SealedConnectionDetails?, limit: Int)
        -> Query<[SealedConnectionDetails]> where Result == [SealedConnectionDetails]
    {
        .rows(
            "sealed_value.connection_details",
            """
            select connection_id, sealed_details from connection_details
            where sealing_key_id <> \(keyID) and (\(after?.id)::int8 is null or connection_id > \(after?.id))
            order by connection_id limit \(Int64(limit)) for update
            """
        ) { row in SealedConnectionDetails(id: try row.next(), sealed: try row.next()) }
    }

    package static func resealConnectionDetails(_ id: ConnectionID, sealed: [UInt8]) -> Query<Int>
    where Result == Int {
        .execute(
            "sealed_value.connection_detail",
            "update connection_details set sealed_details = \(sealed) where connection_id = \(id)")
    }

    package static func registryTokens(notSealedBy keyID: String, after: SealedRegistryToken?, limit: Int)
        -> Query<[SealedRegistryToken]> where Result == [SealedRegistryToken]
    {
        .rows(
            "sealed_value.model_registry_tokens",
            """
            select registry_id, sealed_token from model_registry_tokens
            where sealing_key_id <> \(keyID) and (\(after?.id)::int8 is null or registry_id > \(after?.id))
            order by registry_id limit \(Int64(limit)) for update
            """
        ) { row in SealedRegistryToken(id: try row.next(), sealed: try row.next()) }
    }

    package static func resealRegistryToken(_ id: ModelRegistryID, sealed: [UInt8]) -> Query<Int>
    where Result == Int {
        .execute(
            "sealed_value.model_registry_token",
            "update model_registry_tokens set sealed_token = \(sealed) where registry_id = \(id)")
    }

    package static func registryPasswords(notSealedBy keyID: String, after: SealedWorkspacePassword?, limit: Int)
        -> Query<[SealedWorkspacePassword]> where Result == [SealedWorkspacePassword]
    {
        .rows(
            "sealed_value.registry_passwords",
            """
            select workspace_id, registry, sealed_password from workspace_registry_credentials
            where sealing_key_id <> \(keyID)
              and (\(after?.workspace)::int8 is null or workspace_id > \(after?.workspace))
            order by workspace_id limit \(Int64(limit)) for update
            """
        ) { row in
            SealedWorkspacePassword(workspace: try row.next(), registry: try row.next(), sealed: try row.next())
        }
    }

    package static func resealRegistryPassword(_ workspace: WorkspaceID, sealed: [UInt8]) -> Query<Int>
    where Result == Int {
        .execute(
            "sealed_value.registry_password",
            "update workspace_registry_credentials set sealed_password = \(sealed) where workspace_id = \(workspace)")
    }

    package static func keptAnswers(notSealedBy keyID: String, after: SealedAnswer?, limit: Int)
        -> Query<[SealedAnswer]> where Result == [SealedAnswer]
    {
        .rows(
            "sealed_value.idempotency_keys",
            """
            select user_id, key, sealed_body from idempotency_keys
            where encode(substr(sealed_body, 2, 4), 'hex') <> \(keyID)
              and (\(after?.key)::text is null or (user_id, key) > (\(after?.user), \(after?.key)))
            order by user_id, key limit \(Int64(limit)) for update
            """
        ) { row in SealedAnswer(user: try row.next(), key: try row.next(), sealed: try row.next()) }
    }

    package static func resealKeptAnswer(_ answer: SealedAnswer, sealed: [UInt8]) -> Query<Int> where Result == Int {
        .execute(
            "sealed_value.idempotency_key",
            "update idempotency_keys set sealed_body = \(sealed) where user_id = \(answer.user) and key = \(answer.key)"
        )
    }
}
