package import Domain
package import FoundationEssentials

extension Pipeline {
    static let columns: SQL = """
        p.id, p.workspace_id, p.name, p.created_by, p.created_at, p.updated_at,
        (select count(*) from pipeline_versions v where v.workspace_id = p.workspace_id and v.pipeline_id = p.id),
        exists (select from publishes b
                where b.workspace_id = p.workspace_id and b.pipeline_id = p.id and b.status = 'Published'
                  and b.deleted_at is null)
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

    /// Newest first (PIPE-04), one more than `limit`: of one workspace, or of all the principal's; with a tag that has the
    /// term in it, regardless of case (TAG-06, TAG-11).
    package static func pipelines(in workspace: WorkspaceID?, tagged term: String?, after: PipelineID?, limit: Int)
        -> Query<[PipelineListing]> where Result == [PipelineListing]
    {
        let tagged: SQL =
            term.map { "and exists (select from \(TagLabel.onPipeline) and \(TagLabel.contains($0)))" } ?? ""
        return .rows(
            "pipeline.list",
            """
            select \(Pipeline.columns), \(PipelineVersion.columns),
                (select \(TagLabel.list) from \(TagLabel.onPipeline))
            from (
                select p.id, p.workspace_id, p.name, p.created_by, p.created_at, p.updated_at from pipelines p
                where (\(workspace)::int8 is null or p.workspace_id = \(workspace))
                  and (\(after)::int8 is null or p.id < \(after)) \(tagged)
                order by p.id desc limit \(Int64(limit + 1))
            ) p join lateral (
                select v.id, v.number, v.pipeline_id, v.workspace_id, v.steps, v.created_by, v.created_at
                from pipeline_versions v
                where v.workspace_id = p.workspace_id and v.pipeline_id = p.id order by v.number desc limit 1
            ) v on true
            order by p.id desc
            """
        ) { (row: inout RowReader) throws(DatabaseError) in
            PipelineListing(
                pipeline: try Pipeline(row: &row), latestVersion: try PipelineVersion(row: &row), tags: try row.json())
        }
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
