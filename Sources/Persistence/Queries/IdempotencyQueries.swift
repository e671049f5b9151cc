package import Domain
package import FoundationEssentials

/// What is kept of an earlier request with the same key.
package struct IdempotencyRecord: Sendable {
    package let fingerprint: [UInt8]
    /// Whether its effect was committed.
    package let applied: Bool
    /// The answer; absent while it runs, or when it was lost.
    package let status: Int64?
    package let headers: String?
    package let sealedBody: [UInt8]?

    init(row: inout RowReader) throws(DatabaseError) {
        fingerprint = try row.next()
        applied = try row.next()
        status = try row.next()
        headers = try row.next()
        sealedBody = try row.next()
    }
}

extension Query {
    /// Claims a key: 1 when it is free, older than a day, or was claimed before `abandonedBefore` by a request that left
    /// no effect; else 0.
    package static func claimIdempotencyKey(
        key: String, fingerprint: [UInt8], claim: UUID, user: UserID, at: Date, abandonedBefore: Date
    ) -> Query<Int> where Result == Int {
        let dayAgo = at.addingTimeInterval(-24 * 3600)
        return .execute(
            "idempotency_key.claim",
            """
            insert into idempotency_keys as k (user_id, key, fingerprint, claim, claimed_at)
            values (\(user), \(key), \(fingerprint), \(claim), \(at))
            on conflict (user_id, key) do update
            set fingerprint = excluded.fingerprint, claim = excluded.claim, claimed_at = excluded.claimed_at,
                applied = false, status = null, headers = null, sealed_body = null
            where k.claimed_at < \(dayAgo)
               or (k.status is null and not k.applied and k.claimed_at < \(abandonedBefore) and k.fingerprint = \(fingerprint))
            """)
    }

    package static func idempotencyRecord(key: String, user: UserID) -> Query<IdempotencyRecord?>
    where Result == IdempotencyRecord? {
        .first(
            "idempotency_key.get",
            """
            select fingerprint, applied, status::int8, headers, sealed_body
            from idempotency_keys where user_id = \(user) and key = \(key)
            """, IdempotencyRecord.init(row:))
    }

    /// In the transaction of the effect: 1, or 0 when the claim was taken over.
    package static func markIdempotencyApplied(key: String, claim: UUID, user: UserID) -> Query<Int>
    where Result == Int {
        .execute(
            "idempotency_key.apply",
            "update idempotency_keys set applied = true where user_id = \(user) and key = \(key) and claim = \(claim)")
    }

    package static func keepIdempotentAnswer(
        key: String, claim: UUID, user: UserID, status: Int64, headers: String, sealedBody: [UInt8]
    ) -> Query<Int> where Result == Int {
        .execute(
            "idempotency_key.keep",
            """
            update idempotency_keys set status = \(status)::int, headers = \(headers), sealed_body = \(sealedBody)
            where user_id = \(user) and key = \(key) and claim = \(claim)
            """)
    }

    /// Forgets up to `limit` keys that were claimed before `before`, of all users; as drover_system.
    package static func purgeIdempotencyKeys(before: Date, limit: Int) -> Query<Int> where Result == Int {
        .execute(
            "idempotency_key.purge",
            """
            delete from idempotency_keys where (user_id, key) in (
                select user_id, key from idempotency_keys where claimed_at < \(before) limit \(Int64(limit)))
            """)
    }

    /// Frees a key whose request was refused without an effect.
    package static func releaseIdempotencyKey(key: String, claim: UUID, user: UserID) -> Query<Int>
    where Result == Int {
        .execute(
            "idempotency_key.release",
            """
            delete from idempotency_keys
            where user_id = \(user) and key = \(key) and claim = \(claim) and not applied and status is null
            """)
    }
}
