package import FoundationEssentials

/// A private key of the instance, sealed.
package struct InstanceKeyRecord: Sendable {
    package let id: String
    /// DER: a SubjectPublicKeyInfo for signing keys, a certificate for authorities; empty for what has no public part.
    package let publicDER: [UInt8]
    package let sealedKey: [UInt8]
    package let createdAt: Date
    /// For a signing key: it is published from `createdAt` on, and signs from then on.
    package let signsFrom: Date?
    /// From then on it must not be used.
    package let notAfter: Date?

    package init(
        id: String, publicDER: [UInt8], sealedKey: [UInt8], createdAt: Date, signsFrom: Date? = nil,
        notAfter: Date? = nil
    ) {
        self.id = id
        self.publicDER = publicDER
        self.sealedKey = sealedKey
        self.createdAt = createdAt
        self.signsFrom = signsFrom
        self.notAfter = notAfter
    }

    init(row: inout RowReader) throws(DatabaseError) {
        id = try row.next()
        publicDER = try row.next()
        sealedKey = try row.next()
        createdAt = try row.next()
        signsFrom = try row.next()
        notAfter = try row.next()
    }
}

/// What an instance key is for.
package enum InstanceKeyPurpose: String, Sendable, SQLValue {
    case oidcSigning = "oidc_signing"
    case edgeCA = "edge_ca"
    case artifactSigning = "artifact_signing"
    case requestFingerprint = "request_fingerprint"
}

extension Query {
    /// One replica at a time makes the first key: held to the end of the transaction.
    package static func lockInstanceKeys() -> Query<Int> where Result == Int {
        .execute("instance_key.lock", "select pg_advisory_xact_lock(hashtext('drover.instance_keys'))")
    }

    /// Oldest first.
    package static func instanceKeys(_ purpose: InstanceKeyPurpose) -> Query<[InstanceKeyRecord]>
    where Result == [InstanceKeyRecord] {
        .rows(
            "instance_key.list",
            """
            select id, public_der, sealed_key, created_at, signs_from, not_after from instance_keys
            where purpose = \(purpose) order by created_at
            """, InstanceKeyRecord.init(row:))
    }

    package static func insertInstanceKey(_ key: InstanceKeyRecord, purpose: InstanceKeyPurpose) -> Query<Int>
    where Result == Int {
        .execute(
            "instance_key.insert",
            """
            insert into instance_keys (id, purpose, public_der, sealed_key, created_at, signs_from)
            values (\(key.id), \(purpose), \(key.publicDER), \(key.sealedKey), \(key.createdAt), \(key.signsFrom))
            """)
    }

    /// Ends a key's use, once.
    package static func retireInstanceKey(_ id: String, purpose: InstanceKeyPurpose, at: Date) -> Query<Int>
    where Result == Int {
        .execute(
            "instance_key.retire",
            """
            update instance_keys set not_after = \(at)
            where id = \(id) and purpose = \(purpose) and not_after is null
            """)
    }

    /// Forgets a key that nothing needs any more.
    package static func deleteInstanceKey(_ id: String, purpose: InstanceKeyPurpose) -> Query<Int> where Result == Int {
        .execute("instance_key.delete", "delete from instance_keys where id = \(id) and purpose = \(purpose)")
    }
}
