package import Domain
package import FoundationEssentials

/// Changes of users that decide over access; all run as drover_system.
extension Query {
    /// Serialises what depends on all users: the number of active ones, and the last administrator.
    package static func lockUsers() -> Query<Int> where Result == Int {
        .execute("user.lock_all", "select pg_advisory_xact_lock(hashtextextended('drover.users', 0))")
    }

    /// How many people are active; deactivated ones and service accounts don't count (USER-05).
    package static func countActiveUsers() -> Query<Int64> where Result == Int64 {
        .one("user.count_active", "select count(*) from users where active and kind = 'person'") {
            (row: inout RowReader) throws(DatabaseError) in try row.next()
        }
    }

    /// How many active administrators there are besides this user.
    package static func countOtherAdministrators(_ user: UserID) -> Query<Int64> where Result == Int64 {
        .one("user.count_admins", "select count(*) from users where active and is_admin and id <> \(user)") {
            (row: inout RowReader) throws(DatabaseError) in try row.next()
        }
    }

    /// Changes what is not `nil`, at any revision when none is named; 0 when the revision is no longer current. Who is
    /// deactivated so is activated by nobody else than an administrator.
    package static func updateUser(
        _ id: UserID, name: String?, active: Bool?, isAdmin: Bool?, ifRevision: Int64?, at: Date
    ) -> Query<Int> where Result == Int {
        .execute(
            "user.update",
            """
            update users set name = coalesce(\(name), name), active = coalesce(\(active), active),
                admin_hold = coalesce(not \(active), admin_hold), is_admin = coalesce(\(isAdmin), is_admin),
                updated_at = \(at), revision = revision + 1
            where id = \(id) and revision = coalesce(\(ifRevision), revision)
            """)
    }

    /// Sets the password of an active user; 1, or 0 when there is none.
    package static func setPassword(_ hash: Secret<String>, of user: UserID, at: Date) -> Query<Int>
    where Result == Int {
        .execute(
            "user.set_password",
            """
            update users set password_hash = \(hash.reveal()), updated_at = \(at), revision = revision + 1
            where id = \(user) and active and kind = 'person'
            """)
    }

    /// Sets the password of an active user who still has the one with this hash; 1, or 0 when there is none.
    package static func replacePassword(
        _ old: Secret<String>, by hash: Secret<String>, of user: UserID, at: Date
    ) -> Query<Int> where Result == Int {
        .execute(
            "user.replace_password",
            """
            update users set password_hash = \(hash.reveal()), updated_at = \(at), revision = revision + 1
            where id = \(user) and active and password_hash = \(old.reveal())
            """)
    }

    /// Takes the password of an active user away; 1, or 0 when there is none.
    package static func clearPassword(of user: UserID, at: Date) -> Query<Int> where Result == Int {
        .execute(
            "user.clear_password",
            """
            update users set password_hash = null, updated_at = \(at), revision = revision + 1
            where id = \(user) and active and kind = 'person'
            """)
    }

    /// From now on access tokens and sessions from before `at` are refused.
    package static func refuseTokens(of user: UserID, before at: Date) -> Query<Int> where Result == Int {
        .execute(
            "user.refuse_tokens",
            "update users set tokens_not_before = greatest(tokens_not_before, \(at)) where id = \(user)")
    }

    /// Ends all refresh tokens of a user. Call it after `revokeSignIns`.
    package static func revokeRefreshTokens(of user: UserID, at: Date) -> Query<Int> where Result == Int {
        .execute(
            "refresh_token.revoke_user",
            "update refresh_tokens set revoked_at = \(at) where user_id = \(user) and revoked_at is null")
    }
}
