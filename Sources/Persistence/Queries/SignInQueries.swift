package import Domain
package import FoundationEssentials

/// How somebody signed in.
package enum SignInKind: String, Sendable, CaseIterable, SQLValue {
    /// A browser with a session cookie.
    case browser
    /// A program, by the password grant.
    case password
    /// A program that a person approved on the device page.
    case device
    /// A program, through the authorization endpoint.
    case code
}

/// One sign-in of a user: a browser session or what a program has tokens for.
package struct SignInRecord: Sendable {
    /// `sid` of the access tokens, and the family of the refresh tokens.
    package let id: UUID
    package let userID: UserID
    /// The browser session that it was made from.
    package let parentID: UUID?
    package let kind: SignInKind
    package let clientID: String
    /// What the client called itself, and where it came from; for people, never for decisions.
    package let agent: String
    package let address: String
    package let createdAt: Date
    /// When the person proved who they are, if not just then.
    package let authenticatedAt: Date?
    package let lastUsedAt: Date
    package let expiresAt: Date

    package init(
        id: UUID, userID: UserID, parentID: UUID? = nil, kind: SignInKind, clientID: String, agent: String,
        address: String, createdAt: Date, authenticatedAt: Date? = nil, expiresAt: Date
    ) {
        self.id = id
        self.userID = userID
        self.parentID = parentID
        self.kind = kind
        self.clientID = clientID
        self.agent = agent
        self.address = address
        self.createdAt = createdAt
        self.authenticatedAt = authenticatedAt
        self.lastUsedAt = createdAt
        self.expiresAt = expiresAt
    }

    /// When the person proved who they are.
    package var provedAt: Date { authenticatedAt ?? createdAt }

    static let columns: SQL = """
        s.id, s.user_id, s.parent_id, s.kind, s.client_id, s.agent, s.address, s.created_at, s.authenticated_at,
        s.last_used_at, s.expires_at
        """

    init(row: inout RowReader) throws(DatabaseError) {
        id = try row.next()
        userID = try row.next()
        parentID = try row.next()
        kind = try row.next()
        clientID = try row.next()
        agent = try row.next()
        address = try row.next()
        createdAt = try row.next()
        authenticatedAt = try row.next()
        lastUsedAt = try row.next()
        expiresAt = try row.next()
    }
}

/// A live browser session and whose it is.
package struct BrowserSessionRecord: Sendable {
    package let signIn: SignInRecord
    package let user: User
}

extension Query {
    /// Adds a sign-in. A user has at most `limit` live ones: those that were used longest ago end, with what was made
    /// from them. Their ids, without those of what was made from them.
    /// - Parameter cookieSHA256: for a browser session, what its cookie is found by.
    package static func insertSignIn(_ signIn: SignInRecord, cookieSHA256: [UInt8]? = nil, limit: Int)
        -> Query<[UUID]> where Result == [UUID]
    {
        .rows(
            "sign_in.insert",
            """
            with surplus as (
                select id from sign_ins
                where user_id = \(signIn.userID) and revoked_at is null and expires_at > \(signIn.createdAt)
                order by last_used_at desc, id desc offset \(Int64(limit - 1))
            ), ended as (
                update sign_ins s set revoked_at = \(signIn.createdAt) from surplus
                where s.user_id = \(signIn.userID) and s.revoked_at is null
                  and (s.id = surplus.id or s.parent_id = surplus.id)
                returning s.id
            ), made as (
                insert into sign_ins (id, user_id, parent_id, kind, client_id, cookie_sha256, agent, address, created_at,
                    authenticated_at, last_used_at, expires_at)
                values (\(signIn.id), \(signIn.userID), \(signIn.parentID), \(signIn.kind), \(signIn.clientID),
                    \(cookieSHA256), \(signIn.agent), \(signIn.address), \(signIn.createdAt), \(signIn.authenticatedAt),
                    \(signIn.lastUsedAt), \(signIn.expiresAt))
            )
            select distinct ended.id from ended join surplus using (id)
            """
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next(UUID.self) }
    }

    /// The live session of a cookie, of an active user.
    package static func browserSession(cookieSHA256: [UInt8], at: Date) -> Query<BrowserSessionRecord?>
    where Result == BrowserSessionRecord? {
        .first(
            "sign_in.by_cookie",
            """
            select \(SignInRecord.columns), \(User.columns)
            from sign_ins s join users u on u.id = s.user_id
            where s.cookie_sha256 = \(cookieSHA256) and s.revoked_at is null and s.expires_at > \(at) and u.active
              and u.kind = 'person'
            """
        ) { (row: inout RowReader) throws(DatabaseError) in
            BrowserSessionRecord(signIn: try SignInRecord(row: &row), user: try User(row: &row))
        }
    }

    /// A user's sign-in by its id, live or not.
    package static func signIn(_ id: UUID) -> Query<SignInRecord?> where Result == SignInRecord? {
        .first(
            "sign_in.get", "select \(SignInRecord.columns) from sign_ins s where s.id = \(id)", SignInRecord.init(row:))
    }

    /// A user's sign-in by its id, live or not, which can't be ended until the transaction does: for whatever is made
    /// from it. Call it after `lockUser`.
    package static func signInForGrant(_ id: UUID) -> Query<SignInRecord?> where Result == SignInRecord? {
        .first(
            "sign_in.get_for_grant", "select \(SignInRecord.columns) from sign_ins s where s.id = \(id) for share",
            SignInRecord.init(row:))
    }

    /// Locks a sign-in that is to be used or ended: 1, or 0 when there is none. What has been made from it until then is
    /// seen by the next statement. Call it after `lockUser`.
    package static func lockSignIn(_ id: UUID, of user: UserID) -> Query<Int> where Result == Int {
        .execute(
            "sign_in.lock", "select id from sign_ins where id = \(id) and user_id = \(user) for no key update")
    }

    /// Notes that a sign-in is in use, and until when it can be used now.
    package static func touchSignIn(_ id: UUID, at: Date, expiresAt: Date) -> Query<Int> where Result == Int {
        .execute(
            "sign_in.touch",
            """
            update sign_ins set last_used_at = \(at), expires_at = \(expiresAt)
            where id = \(id) and revoked_at is null
            """)
    }

    /// A user's live sign-ins, the one that was used last first; at most `limit`.
    package static func signIns(of user: UserID, at: Date, limit: Int) -> Query<[SignInRecord]>
    where Result == [SignInRecord] {
        .rows(
            "sign_in.list",
            """
            select \(SignInRecord.columns) from sign_ins s
            where s.user_id = \(user) and s.revoked_at is null and s.expires_at > \(at)
            order by s.last_used_at desc, s.id limit \(Int64(limit))
            """, SignInRecord.init(row:))
    }

    /// Ends a sign-in of a user, and those that were made from it. Call it after `lockSignIn`, or one that is just being
    /// made from it would outlive it.
    package static func revokeSignIn(_ id: UUID, of user: UserID, at: Date) -> Query<Int> where Result == Int {
        .execute(
            "sign_in.revoke",
            """
            update sign_ins set revoked_at = \(at)
            where user_id = \(user) and (id = \(id) or parent_id = \(id)) and revoked_at is null
            """)
    }

    /// Ends every sign-in of a user: after a password change, or when the account is closed. Those that have expired are
    /// left to the sweeper, which may be at them.
    package static func revokeSignIns(of user: UserID, at: Date) -> Query<Int> where Result == Int {
        .execute(
            "sign_in.revoke_all",
            """
            update sign_ins set revoked_at = \(at)
            where user_id = \(user) and revoked_at is null and expires_at > \(at)
            """)
    }

    /// The sign-ins of a user that were ended after `since`: their access tokens may not have expired yet.
    package static func revokedSignIns(of user: UserID, since: Date) -> Query<[UUID]> where Result == [UUID] {
        .rows(
            "sign_in.revoked", "select s.id from sign_ins s where s.user_id = \(user) and s.revoked_at > \(since)"
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next(UUID.self) }
    }

    /// Whether a sign-in was ended.
    package static func isRevoked(signIn id: UUID) -> Query<Bool> where Result == Bool {
        .one(
            "sign_in.is_revoked", "select exists (select from sign_ins where id = \(id) and revoked_at is not null)"
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next(Bool.self) }
    }

    /// Forgets up to `limit` sign-ins that expired before `before`.
    package static func purgeSignIns(before: Date, limit: Int) -> Query<Int> where Result == Int {
        .execute(
            "sign_in.purge",
            """
            delete from sign_ins where id = any (array(
                select id from sign_ins where expires_at < \(before) limit \(Int64(limit)) for update skip locked))
            """)
    }
}
