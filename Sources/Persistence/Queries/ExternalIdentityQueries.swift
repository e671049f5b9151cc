package import Domain
package import FoundationEssentials

extension ExternalIdentity {
    static let columns: SQL = "e.id, e.user_id, e.issuer, e.subject, e.created_at, e.last_seen_at"

    init(row: inout RowReader) throws(DatabaseError) {
        self.init(
            id: try row.next(), userID: try row.next(), issuer: try row.next(), subject: try row.next(),
            createdAt: try row.next(), lastSeenAt: try row.next())
    }
}

/// Links of users to subjects of other providers; all run as drover_system.
extension Query {
    /// The user that a subject of an issuer stands for.
    package static func externalUser(issuer: String, subject: String) -> Query<UserID?> where Result == UserID? {
        .first(
            "external_identity.user",
            """
            select e.user_id from external_identities e where e.issuer = \(issuer) and e.subject = \(subject)
            """
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }

    /// Links a person; 0 when the subject, or the user at this issuer, is linked already, and for a service account.
    package static func insertExternalIdentity(
        issuer: String, subject: String, user: UserID, provisioned: Bool, at: Date
    ) -> Query<Int> where Result == Int {
        .execute(
            "external_identity.insert",
            """
            insert into external_identities (issuer, subject, user_id, provisioned, created_at, last_seen_at)
            select \(issuer), \(subject), u.id, \(provisioned), \(at), \(at)
            from users u where u.id = \(user) and u.kind = 'person'
            on conflict do nothing
            """)
    }

    /// Notes that a linked user signed in.
    package static func touchExternalIdentity(issuer: String, subject: String, at: Date) -> Query<Int>
    where Result == Int {
        .execute(
            "external_identity.touch",
            """
            update external_identities set last_seen_at = \(at) where issuer = \(issuer) and subject = \(subject)
            """)
    }

    /// A user's links, by id, one more than `limit`.
    package static func externalIdentities(of user: UserID, after: UUID?, limit: Int) -> Query<[ExternalIdentity]>
    where Result == [ExternalIdentity] {
        .rows(
            "external_identity.list",
            """
            select \(ExternalIdentity.columns) from external_identities e
            where e.user_id = \(user) and (\(after)::uuid is null or e.id > \(after))
            order by e.id limit \(Int64(limit + 1))
            """, ExternalIdentity.init(row:))
    }

    /// Removes a link of a user; `nil` when there is none.
    package static func deleteExternalIdentity(_ id: ExternalIdentityID, of user: UserID) -> Query<ExternalIdentity?>
    where Result == ExternalIdentity? {
        .first(
            "external_identity.delete",
            """
            delete from external_identities e where e.id = \(id) and e.user_id = \(user)
            returning \(ExternalIdentity.columns)
            """, ExternalIdentity.init(row:))
    }

    /// Whether a user has a password here.
    package static func hasPassword(_ user: UserID) -> Query<Bool> where Result == Bool {
        .one(
            "user.has_password", "select exists (select from users where id = \(user) and password_hash is not null)"
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next(Bool.self) }
    }

    /// Whether a user was made by a sign-in at another provider, and so has no password here.
    package static func isProvisioned(_ user: UserID) -> Query<Bool> where Result == Bool {
        .one(
            "external_identity.is_provisioned",
            "select exists (select from external_identities where user_id = \(user) and provisioned)"
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next(Bool.self) }
    }

    /// Uses a sign-in's state up; 0 when it was used before.
    package static func useExternalAttempt(_ state: Digest, expiresAt: Date) -> Query<Int> where Result == Int {
        .execute(
            "external_attempt.use",
            """
            insert into external_attempts (state_sha256, expires_at) values (\(state.bytes), \(expiresAt))
            on conflict do nothing
            """)
    }

    /// Forgets up to `limit` states that expired before `before`.
    package static func purgeExternalAttempts(before: Date, limit: Int) -> Query<Int> where Result == Int {
        .execute(
            "external_attempt.purge",
            """
            delete from external_attempts where state_sha256 in (
                select state_sha256 from external_attempts where expires_at < \(before) limit \(Int64(limit)))
            """)
    }
}
