package import Domain
package import FoundationEssentials

extension Workspace {
    static var columns: SQL {
        """
        w.id, w.name, w.archived, w.created_by, w.created_at, w.updated_at, w.revision,
        (select count(*) from models m where m.workspace_id = w.id),
        (select count(*) from pipelines p where p.workspace_id = w.id),
        (select count(*) from workspace_members m where m.workspace_id = w.id),
        array(select u.email from (
                  select m.user_id, m.created_at from workspace_members m where m.workspace_id = w.id
                  order by m.created_at, m.user_id limit \(Workspace.listedUsers)) m
              join users u on u.id = m.user_id order by m.created_at, m.user_id), own.role
        """
    }
    /// Joined with the caller's own membership, which row-level security asks for as well.
    static let source: SQL =
        "workspaces w join workspace_members own on own.workspace_id = w.id and own.user_id = principal_id()"

    init(row: inout RowReader) throws(DatabaseError) {
        self.init(
            id: try row.next(), name: try row.next(), archived: try row.next(), createdBy: try row.next(),
            createdAt: try row.next(), updatedAt: try row.next(), revision: try row.next(), modelCount: try row.next(),
            pipelineCount: try row.next(), userCount: try row.next(), users: try row.next(), role: try row.next())
    }
}

extension Query {
    /// Makes a workspace that the principal owns (WS-04).
    package static func createWorkspace(name: WorkspaceName, at: Date) -> Query<WorkspaceID>
    where Result == WorkspaceID {
        .one("workspace.create", "select create_workspace(\(name), \(at))") {
            (row: inout RowReader) throws(DatabaseError) in try row.next()
        }
    }

    /// A workspace for somebody else, as drover_system: the default workspace of a new user (AUTH-16).
    package static func createWorkspace(name: WorkspaceName, for owner: UserID, at: Date) -> Query<WorkspaceID>
    where Result == WorkspaceID {
        .one(
            "workspace.create_default",
            """
            with made as (
                insert into workspaces (name, created_by, created_at, updated_at)
                values (\(name), \(owner), \(at), \(at)) returning id
            )
            insert into workspace_members (workspace_id, user_id, role, created_at)
            select id, \(owner), 'owner', \(at) from made returning workspace_id
            """
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }

    package static func workspace(_ id: WorkspaceID) -> Query<Workspace?> where Result == Workspace? {
        .first(
            "workspace.get", "select \(Workspace.columns) from \(Workspace.source) where w.id = \(id)",
            Workspace.init(row:))
    }

    /// What the principal is in a workspace, without looking at what is in it; `nil` for a workspace of others.
    package static func workspaceAccess(_ id: WorkspaceID) -> Query<WorkspaceAccess?>
    where Result == WorkspaceAccess? {
        .first("workspace.access", "select w.archived, own.role from \(Workspace.source) where w.id = \(id)") {
            (row: inout RowReader) throws(DatabaseError) in
            WorkspaceAccess(archived: try row.next(), role: try row.next())
        }
    }

    /// The principal's workspaces in order of creation (WS-05), one more than `limit`; archived, others or both.
    package static func workspaces(archived: Bool?, after: WorkspaceID?, limit: Int) -> Query<[Workspace]>
    where Result == [Workspace] {
        .rows(
            "workspace.list",
            """
            select \(Workspace.columns) from \(Workspace.source)
            where (\(after)::int8 is null or w.id > \(after)) and w.archived = coalesce(\(archived), w.archived)
            order by w.id limit \(Int64(limit + 1))
            """, Workspace.init(row:))
    }

    /// Renames or archives, at any revision when none is named; 0 when the revision is no longer current or the principal is not an owner.
    package static func updateWorkspace(
        _ id: WorkspaceID, name: WorkspaceName?, archived: Bool?, ifRevision: Int64?, at: Date
    ) -> Query<Int> where Result == Int {
        .execute(
            "workspace.update",
            """
            update workspaces set name = coalesce(\(name), name), archived = coalesce(\(archived), archived),
                updated_at = \(at), revision = revision + 1
            where id = \(id) and revision = coalesce(\(ifRevision), revision)
            """)
    }
}
