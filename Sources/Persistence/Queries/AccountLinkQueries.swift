package import Domain
package import FoundationEssentials

/// What a link that sets a password is for.
package enum AccountLinkPurpose: String, Sendable, CaseIterable {
    /// The first password of somebody who was invited.
    case invitation
    /// A new one, on an administrator's word.
    case reset
}

extension Query {
    package static func insertAccountLink(
        _ token: Digest, for user: UserID, _ purpose: AccountLinkPurpose, by creator: UserID, at: Date, expiresAt: Date
    ) -> Query<Int> where Result == Int {
        .execute(
            "account_link.insert",
            """
            insert into account_links (token_sha256, user_id, purpose, created_by, created_at, expires_at)
            values (\(token.bytes), \(user), \(purpose.rawValue), \(creator), \(at), \(expiresAt))
            """)
    }

    /// The user of a link that works now; `nil` for an unknown, used, revoked or expired one, and for a deactivated user.
    package static func accountLinkUser(_ token: Digest, at: Date) -> Query<UserID?> where Result == UserID? {
        .first(
            "account_link.user",
            """
            select l.user_id from account_links l join users u on u.id = l.user_id
            where l.token_sha256 = \(token.bytes) and l.consumed_at is null and l.revoked_at is null
              and l.expires_at > \(at) and u.active
            """
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }

    /// Uses a link up: its user for exactly one of any number of callers, `nil` for the others and as above.
    package static func consumeAccountLink(_ token: Digest, at: Date) -> Query<UserID?> where Result == UserID? {
        .first(
            "account_link.consume",
            """
            update account_links l set consumed_at = \(at)
            from users u
            where l.token_sha256 = \(token.bytes) and l.consumed_at is null and l.revoked_at is null
              and l.expires_at > \(at) and u.id = l.user_id and u.active
            returning l.user_id
            """
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }

    /// Ends all links of a user that nobody used. Call it after `lockUser`.
    package static func revokeAccountLinks(of user: UserID, at: Date) -> Query<Int> where Result == Int {
        .execute(
            "account_link.revoke",
            """
            update account_links set revoked_at = \(at)
            where user_id = \(user) and consumed_at is null and revoked_at is null
            """)
    }

    /// Forgets up to `limit` links that expired before `before`.
    package static func purgeAccountLinks(before: Date, limit: Int) -> Query<Int> where Result == Int {
        .execute(
            "account_link.purge",
            """
            delete from account_links where token_sha256 = any (array(
                select token_sha256 from account_links where expires_at < \(before) limit \(Int64(limit))
                for update skip locked))
            """)
    }
}
