package import Domain
package import FoundationEssentials

extension WorkspaceMember {
    init(row: inout RowReader) throws(DatabaseError) {
        self.init(userID: try row.next(), email: try row.next(), role: try row.next(), since: try row.next())
    }
}

extension Query {
    /// Members in the order in which they came, one more than `limit`.
    package static func workspaceMembers(
        _ workspace: WorkspaceID, after: (since: Date, user: UserID)?, limit: Int
    ) -> Query<[WorkspaceMember]> where Result == [WorkspaceMember] {
        .rows(
            "workspace_member.list",
            """
            select m.user_id, u.email, m.role, m.created_at
            from workspace_members m join users u on u.id = m.user_id
            where m.workspace_id = \(workspace)
              and (\(after?.user)::uuid is null or (m.created_at, m.user_id) > (\(after?.since), \(after?.user)))
            order by m.created_at, m.user_id limit \(Int64(limit + 1))
            """, WorkspaceMember.init(row:))
    }

    package static func workspaceMember(_ workspace: WorkspaceID, _ user: UserID) -> Query<WorkspaceMember?>
    where Result == WorkspaceMember? {
        .first(
            "workspace_member.get",
            """
            select m.user_id, u.email, m.role, m.created_at
            from workspace_members m join users u on u.id = m.user_id
            where m.workspace_id = \(workspace) and m.user_id = \(user)
            """, WorkspaceMember.init(row:))
    }

    /// Serialises changes of one workspace's members, so that the last owner can't leave twice at once.
    package static func lockWorkspaceMembers(_ workspace: WorkspaceID) -> Query<Int> where Result == Int {
        .execute(
            "workspace_member.lock",
            "select pg_advisory_xact_lock(hashtextextended('drover.members', \(workspace)))")
    }

    package static func setWorkspaceMember(_ workspace: WorkspaceID, _ user: UserID, role: WorkspaceRole, at: Date)
        -> Query<Int> where Result == Int
    {
        .execute(
            "workspace_member.set",
            """
            insert into workspace_members (workspace_id, user_id, role, created_at)
            values (\(workspace), \(user), \(role), \(at))
            on conflict (user_id, workspace_id) do update set role = excluded.role
            """)
    }

    package static func removeWorkspaceMember(_ workspace: WorkspaceID, _ user: UserID) -> Query<Int>
    where Result == Int {
        .execute(
            "workspace_member.remove",
            "delete from workspace_members where workspace_id = \(workspace) and user_id = \(user)")
    }

    /// How many owners a workspace has.
    package static func countOwners(_ workspace: WorkspaceID) -> Query<Int64> where Result == Int64 {
        .one(
            "workspace_member.count_owners",
            "select count(*) from workspace_members where workspace_id = \(workspace) and role = 'owner'"
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }
}
