package import Domain
package import FoundationEssentials

extension Pipeline {
    static let columns: SQL = """
        p.id, p.workspace_id, p.name, p.created_by, p.created_at, p.updated_at,
        (select count(*) from pipeline_versions v where v.workspace_id = p.workspace_id and v.pipeline_id = p.id),
        exists (select from publishes b
                where b.workspace_id = p.workspace_id and b.pipeline_id = p.id and b.status = 'Published')
        """

    init(row: inout RowReader) throws(DatabaseError) {
        self.init(
            id: try row.next(), workspaceID: try row.next(), name: try row.next(), createdBy: try row.next(),
            createdAt: try row.next(), updatedAt: try row.next(), versionCount: try row.next(),
            published: try row.next())
    }
}

extension Query {
    package static func pipeline(_ id: PipelineID) -> Query<Pipeline?> where Result == Pipeline? {
        .first("pipeline.get", "select \(Pipeline.columns) from pipelines p where p.id = \(id)", Pipeline.init(row:))
    }

    /// Newest first (PIPE-04), one more than `limit`; of all the principal's workspaces when none is named.
    package static func pipelines(in workspace: WorkspaceID?, after: PipelineID?, limit: Int) -> Query<[Pipeline]>
    where Result == [Pipeline] {
        .rows(
            "pipeline.list",
            """
            select \(Pipeline.columns) from pipelines p
            where (\(workspace)::int8 is null or p.workspace_id = \(workspace)) and (\(after)::int8 is null or p.id < \(after))
            order by p.id desc limit \(Int64(limit + 1))
            """, Pipeline.init(row:))
    }

    /// Violates `pipelines_workspace_id_name_uq` when the name is taken.
    package static func insertPipeline(_ name: PipelineName, in workspace: WorkspaceID, by user: UserID, at: Date)
        -> Query<PipelineID> where Result == PipelineID
    {
        .one(
            "pipeline.insert",
            """
            insert into pipelines (workspace_id, name, created_by, created_at, updated_at)
            values (\(workspace), \(name), \(user), \(at), \(at)) returning id
            """
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }

    package static func touchPipeline(_ id: PipelineID, at: Date) -> Query<Int> where Result == Int {
        .execute("pipeline.touch", "update pipelines set updated_at = \(at) where id = \(id)")
    }
}
