package import Domain
package import FoundationEssentials

extension Query {
    /// What an administrator set for a workspace; `nil` for nothing.
    package static func workspaceQuota(_ id: WorkspaceID) -> Query<Int64?> where Result == Int64? {
        .first("workspace_quota.get", "select quota_bytes from workspace_quotas where workspace_id = \(id)") {
            (row: inout RowReader) throws(DatabaseError) in try row.next()
        }
    }

    /// Quota and use; `nil` for a workspace of others.
    package static func workspaceUse(_ id: WorkspaceID) -> Query<WorkspaceQuota?> where Result == WorkspaceQuota? {
        .first(
            "workspace_quota.use",
            """
            select q.quota_bytes, (
                select coalesce(sum(f.size), 0)::int8 from (
                    select v.sha256, v.size_bytes as size from model_versions v where v.workspace_id = \(id)
                    union
                    select v.onnx_sha256, v.onnx_size_bytes from model_versions v
                    where v.workspace_id = \(id) and v.onnx_sha256 is not null
                ) f)
            from workspaces w left join workspace_quotas q on q.workspace_id = w.id where w.id = \(id)
            """
        ) { (row: inout RowReader) throws(DatabaseError) in
            WorkspaceQuota(own: try row.next(), usedBytes: try row.next())
        }
    }

    /// What a workspace holds, and whether that file is among it.
    package static func workspaceRoom(_ id: WorkspaceID, for file: Digest?) -> Query<WorkspaceRoom>
    where Result == WorkspaceRoom {
        .one(
            "workspace_quota.room",
            """
            select coalesce(sum(f.size), 0)::int8, coalesce(bool_or(f.digest = \(file)), false) from (
                select v.sha256 as digest, v.size_bytes as size from model_versions v where v.workspace_id = \(id)
                union
                select v.onnx_sha256, v.onnx_size_bytes from model_versions v
                where v.workspace_id = \(id) and v.onnx_sha256 is not null
            ) f
            """
        ) { (row: inout RowReader) throws(DatabaseError) in
            WorkspaceRoom(usedBytes: try row.next(), holdsFile: try row.next())
        }
    }

    /// Until the end of the transaction: one file after the other is added to a workspace with a quota.
    package static func lockWorkspaceRoom(_ id: WorkspaceID) -> Query<Int> where Result == Int {
        .execute("workspace_quota.lock", "select pg_advisory_xact_lock(hashtextextended('drover.quota', \(id)))")
    }

    /// As the system. Violates `workspace_quotas_workspace_id_fkey` without the workspace.
    package static func setWorkspaceQuota(_ id: WorkspaceID, bytes: Int64, by user: UserID, at: Date) -> Query<Int>
    where Result == Int {
        .execute(
            "workspace_quota.set",
            """
            insert into workspace_quotas (workspace_id, quota_bytes, updated_by, updated_at)
            values (\(id), \(bytes), \(user), \(at))
            on conflict (workspace_id) do update set quota_bytes = excluded.quota_bytes,
                updated_by = excluded.updated_by, updated_at = excluded.updated_at
            """)
    }

    /// As the system: the instance's default counts again.
    package static func resetWorkspaceQuota(_ id: WorkspaceID) -> Query<Int> where Result == Int {
        .execute("workspace_quota.reset", "delete from workspace_quotas where workspace_id = \(id)")
    }
}
