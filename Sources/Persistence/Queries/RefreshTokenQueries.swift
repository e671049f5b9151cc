package import Domain
package import FoundationEssentials

/// A stored refresh token.
package struct RefreshTokenRecord: Sendable {
    package let familyID: UUID
    package let userID: UserID
    package let clientID: String
    package let expiresAt: Date
    package let consumedAt: Date?
    package let revokedAt: Date?
    /// An offline token: used any number of times, never rotated.
    package let isReusable: Bool
    /// What the tokens may be used for; `nil` in rows of earlier releases.
    package let scope: String?

    init(row: inout RowReader) throws(DatabaseError) {
        familyID = try row.next()
        userID = try row.next()
        clientID = try row.next()
        expiresAt = try row.next()
        consumedAt = try row.next()
        revokedAt = try row.next()
        isReusable = try row.next()
        scope = try row.next()
    }
}

extension Query {
    package static func insertRefreshToken(
        sha256: [UInt8], family: UUID, user: UserID, clientID: String, scope: String? = nil,
        isReusable: Bool = false, at: Date, expiresAt: Date
    ) -> Query<Int> where Result == Int {
        .execute(
            "refresh_token.insert",
            """
            insert into refresh_tokens (token_sha256, family_id, user_id, client_id, scope, reusable, created_at, expires_at)
            values (\(sha256), \(family), \(user), \(clientID), \(scope), \(isReusable), \(at), \(expiresAt))
            """)
    }

    package static func refreshToken(sha256: [UInt8]) -> Query<RefreshTokenRecord?>
    where Result == RefreshTokenRecord? {
        .first(
            "refresh_token.get",
            """
            select family_id, user_id, client_id, expires_at, consumed_at, revoked_at, reusable, scope
            from refresh_tokens where token_sha256 = \(sha256)
            """, RefreshTokenRecord.init(row:))
    }

    /// Uses a token up: 1 for exactly one of any number of callers, 0 for the others, and for a sign-in that was ended.
    package static func consumeRefreshToken(sha256: [UInt8], at: Date) -> Query<Int> where Result == Int {
        .execute(
            "refresh_token.consume",
            """
            update refresh_tokens set consumed_at = \(at)
            where token_sha256 = \(sha256) and consumed_at is null and revoked_at is null and expires_at > \(at)
              and not reusable
              and not exists (select from sign_ins s where s.id = refresh_tokens.family_id and s.revoked_at is not null)
            """)
    }

    /// Forgets up to `limit` tokens that expired before `before`; until then a used one still betrays its second use.
    package static func purgeRefreshTokens(before: Date, limit: Int) -> Query<Int> where Result == Int {
        .execute(
            "refresh_token.purge",
            """
            delete from refresh_tokens where token_sha256 = any (array(
                select token_sha256 from refresh_tokens where expires_at < \(before) limit \(Int64(limit))
                for update skip locked))
            """)
    }

    /// Ends a sign-in: no token of the family works any more.
    package static func revokeRefreshTokens(family: UUID, at: Date) -> Query<Int> where Result == Int {
        .execute(
            "refresh_token.revoke_family",
            "update refresh_tokens set revoked_at = \(at) where family_id = \(family) and revoked_at is null")
    }
}
