package import Domain
package import FoundationEssentials

extension APIToken {
    static let columns: SQL = """
        t.id, t.user_id, t.name, t.hint, t.access, t.workspace_ids, t.created_by, t.created_at, t.expires_at,
        t.last_used_at
        """

    init(row: inout RowReader) throws(DatabaseError) {
        self.init(
            id: try row.next(), userID: try row.next(), name: try row.next(), hint: try row.next(),
            access: try row.next(), workspaces: try row.next(), createdBy: try row.next(), createdAt: try row.next(),
            expiresAt: try row.next(), lastUsedAt: try row.next())
    }
}

/// Whether a token can be made, and what is in the way.
package enum TokenHold: String, Sendable, CaseIterable, SQLValue {
    /// Nothing, until the transaction ends.
    case held
    /// The account is neither the principal's nor one that they manage, or they came with a token.
    case foreign
    case callerInactive = "caller_inactive"
    case accountInactive = "account_inactive"
    /// They did not sign in here: another provider's access token says who they are.
    case noSignIn = "no_sign_in"
    case signInEnded = "sign_in_ended"
}

extension Query {
    /// Keeps the principal, the account that a token is to be for and the principal's sign-in from being ended until the
    /// transaction ends, and lets nobody else make a token for the account until then.
    package static func holdForToken(_ account: UserID, signIn: UUID, at: Date) -> Query<TokenHold>
    where Result == TokenHold {
        .one("api_token.hold", "select hold_for_token(\(account), \(signIn), \(at))") {
            (row: inout RowReader) throws(DatabaseError) in try row.next()
        }
    }

    /// How many tokens of a user work at this time.
    package static func countLiveAPITokens(of user: UserID, at: Date) -> Query<Int64> where Result == Int64 {
        .one(
            "api_token.count_live",
            """
            select count(*) from api_tokens t
            where t.user_id = \(user) and t.revoked_at is null and coalesce(t.expires_at > \(at), true)
            """
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }

    /// Call it after `holdForToken`.
    package static func insertAPIToken(_ token: APIToken, _ secret: Digest) -> Query<Int> where Result == Int {
        .execute(
            "api_token.insert",
            """
            insert into api_tokens (id, token_sha256, hint, user_id, name, access, workspace_ids, created_by,
                created_at, expires_at)
            values (\(token.id), \(secret.bytes), \(token.hint), \(token.userID), \(token.name), \(token.access),
                \(token.workspaces), \(token.createdBy), \(token.createdAt), \(token.expiresAt))
            """)
    }

    /// The token of a secret unless it was revoked; it may have expired. As drover_system only.
    package static func apiToken(_ secret: Digest) -> Query<APIToken?> where Result == APIToken? {
        .first(
            "api_token.by_secret",
            """
            select \(APIToken.columns) from api_tokens t
            where t.token_sha256 = \(secret.bytes) and t.revoked_at is null
            """, APIToken.init(row:))
    }

    /// A user's tokens that were not revoked, newest first, one more than `limit`.
    package static func apiTokens(
        of user: UserID, after: (created: Date, id: APITokenID)?, limit: Int
    ) -> Query<[APIToken]> where Result == [APIToken] {
        .rows(
            "api_token.list",
            """
            select \(APIToken.columns) from api_tokens t
            where t.user_id = \(user) and t.revoked_at is null
              and (\(after?.id)::uuid is null or (t.created_at, t.id) < (\(after?.created), \(after?.id)))
            order by t.created_at desc, t.id desc limit \(Int64(limit + 1))
            """, APIToken.init(row:))
    }

    /// Notes that a token was used, unless that was noted after `since`. As drover_system only.
    package static func touchAPIToken(_ id: APITokenID, at: Date, since: Date) -> Query<Int> where Result == Int {
        .execute(
            "api_token.touch",
            """
            update api_tokens set last_used_at = \(at)
            where id = \(id) and (last_used_at is null or last_used_at < \(since))
            """)
    }

    /// 1, or 0 when the user has no such token.
    package static func revokeAPIToken(_ id: APITokenID, of user: UserID, at: Date) -> Query<Int> where Result == Int {
        .execute(
            "api_token.revoke",
            """
            update api_tokens set revoked_at = \(at)
            where id = \(id) and user_id = \(user) and revoked_at is null
            """)
    }

    /// Ends the tokens of a user, and those that they made for service accounts. In the order of their ids, because the
    /// maker and the account can be deactivated at the same time.
    package static func revokeAPITokens(of user: UserID, at: Date) -> Query<Int> where Result == Int {
        .execute(
            "api_token.revoke_user",
            """
            with ended as (
                select id from api_tokens
                where (user_id = \(user) or created_by = \(user)) and revoked_at is null
                order by id for no key update
            )
            update api_tokens t set revoked_at = \(at) from ended where t.id = ended.id
            """)
    }

    /// Forgets up to `limit` tokens that were revoked or expired before `before`.
    package static func purgeAPITokens(before: Date, limit: Int) -> Query<Int> where Result == Int {
        .execute(
            "api_token.purge",
            """
            delete from api_tokens where id = any (array(
                select id from api_tokens where least(revoked_at, expires_at) < \(before) limit \(Int64(limit))
                for update skip locked))
            """)
    }

    /// Those of the workspaces that the user is a member of, as far as the principal can see.
    package static func memberships(of user: UserID, among workspaces: [WorkspaceID]) -> Query<[WorkspaceID]>
    where Result == [WorkspaceID] {
        .rows(
            "workspace_member.among",
            """
            select m.workspace_id from workspace_members m
            where m.user_id = \(user) and m.workspace_id = any (\(workspaces))
            """
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }

    /// The principal's workspaces that are not archived, at most `limit`, by name.
    package static func workspaceLabels(limit: Int) -> Query<[WorkspaceLabel]> where Result == [WorkspaceLabel] {
        .rows(
            "workspace.labels",
            "select w.id, w.name from workspaces w where not w.archived order by w.name, w.id limit \(Int64(limit))"
        ) { (row: inout RowReader) throws(DatabaseError) in
            WorkspaceLabel(id: try row.next(), name: try row.next())
        }
    }
}

/// A workspace as a form offers it.
package struct WorkspaceLabel: Sendable {
    package let id: WorkspaceID
    package let name: WorkspaceName
}
