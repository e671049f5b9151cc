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

extension Query {
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

    package static func revokeAPITokens(of user: UserID, at: Date) -> Query<Int> where Result == Int {
        .execute(
            "api_token.revoke_user",
            "update api_tokens set revoked_at = \(at) where user_id = \(user) and revoked_at is null")
    }

    /// Forgets up to `limit` tokens that were revoked or expired before `before`.
    package static func purgeAPITokens(before: Date, limit: Int) -> Query<Int> where Result == Int {
        .execute(
            "api_token.purge",
            """
            delete from api_tokens where id in (
                select id from api_tokens where least(revoked_at, expires_at) < \(before) limit \(Int64(limit)))
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
