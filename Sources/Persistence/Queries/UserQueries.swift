package import Domain
package import FoundationEssentials

extension User {
    static let columns: SQL = """
        u.id, u.email, u.name, u.is_admin, u.active, u.created_at, u.updated_at, u.revision, u.tokens_not_before,
        u.kind
        """

    init(row: inout RowReader) throws(DatabaseError) {
        self.init(
            id: try row.next(), email: try row.next(), name: try row.next(), isAdmin: try row.next(),
            active: try row.next(), createdAt: try row.next(), updatedAt: try row.next(), revision: try row.next(),
            tokensNotBefore: try row.next(), kind: try row.next())
    }
}

/// A user with the encoded password; only sign-in reads it.
package struct Credentials: Sendable {
    package let user: User
    /// scrypt in PHC form, `nil` for a user without a password.
    package let passwordHash: Secret<String>?
}

extension Query {
    /// Adds a user; violates `users_email_uq` when the e-mail is taken.
    package static func insertUser(
        _ id: UserID, email: Email, name: String, passwordHash: Secret<String>?, isAdmin: Bool, at: Date
    ) -> Query<Int> {
        .execute(
            "user.insert",
            """
            insert into users (id, email, name, password_hash, is_admin, active, created_at, updated_at)
            values (\(id), \(email), \(name), \(passwordHash?.reveal()), \(isAdmin), true, \(at), \(at))
            """)
    }

    /// How many users there are; 0 is a fresh instance.
    package static func countUsers() -> Query<Int64> where Result == Int64 {
        .one("user.count", "select count(*) from users") { (row: inout RowReader) throws(DatabaseError) in
            try row.next()
        }
    }

    package static func user(_ id: UserID) -> Query<User?> where Result == User? {
        .first("user.get", "select \(User.columns) from users u where u.id = \(id)", User.init(row:))
    }

    /// The user, who can't be deactivated or get a new password until the transaction ends: for whatever makes a session.
    /// One at a time, as `lockUser`. Service accounts have none.
    package static func userForSession(_ id: UserID) -> Query<User?> where Result == User? {
        .first(
            "user.get_for_session",
            "select \(User.columns) from users u where u.id = \(id) and u.kind = 'person' for no key update",
            User.init(row:))
    }

    /// Locks a user. Whatever makes or ends sign-ins of a user, their refresh tokens, account links or API tokens takes
    /// this lock first, then sign-ins, then the others, so that no two of them wait for each other.
    package static func lockUser(_ id: UserID) -> Query<Int> where Result == Int {
        .execute("user.lock", "select id from users where id = \(id) for no key update")
    }

    /// `lockUser` for the principal's own, as the server's role: whether they are active, `nil` for a token.
    package static func lockOwnAccount() -> Query<Bool?> where Result == Bool? {
        .one("user.lock_own", "select lock_own_account()") { (row: inout RowReader) throws(DatabaseError) in
            try row.next()
        }
    }

    package static func user(email: Email) -> Query<User?> where Result == User? {
        .first("user.by_email", "select \(User.columns) from users u where u.email = \(email)", User.init(row:))
    }

    /// For sign-in, as drover_system only.
    package static func credentials(email: Email) -> Query<Credentials?> where Result == Credentials? {
        .first("user.credentials", "select \(User.columns), u.password_hash from users u where u.email = \(email)") {
            (row: inout RowReader) throws(DatabaseError) in
            Credentials(user: try User(row: &row), passwordHash: try row.next(String?.self).map(Secret.init))
        }
    }

    /// People in order of e-mail, one more than `limit`.
    package static func users(afterEmail: String?, limit: Int) -> Query<[User]> where Result == [User] {
        .rows(
            "user.list",
            """
            select \(User.columns) from users u
            where (\(afterEmail)::text is null or u.email > \(afterEmail)) and u.kind = 'person'
            order by u.email limit \(Int64(limit + 1))
            """, User.init(row:))
    }
}
