package import Domain
package import FoundationEssentials

extension PipelineVersion {
    static let columns: SQL =
        "v.id, v.number, v.pipeline_id, p.name, v.workspace_id, v.steps, v.created_by, v.created_at"
    static let source: SQL =
        "pipeline_versions v join pipelines p on p.workspace_id = v.workspace_id and p.id = v.pipeline_id"

    init(row: inout RowReader) throws(DatabaseError) {
        self.init(
            id: try row.next(), number: try row.next(), pipelineID: try row.next(), pipelineName: try row.next(),
            workspaceID: try row.next(), steps: try row.json(), createdBy: try row.next(), createdAt: try row.next())
    }
}

extension Query {
    package static func pipelineVersion(_ id: PipelineVersionID) -> Query<PipelineVersion?>
    where Result == PipelineVersion? {
        .first(
            "pipeline_version.get",
            "select \(PipelineVersion.columns) from \(PipelineVersion.source) where v.id = \(id)",
            PipelineVersion.init(row:))
    }

    package static func latestPipelineVersion(of pipeline: PipelineID) -> Query<PipelineVersion?>
    where Result == PipelineVersion? {
        .first(
            "pipeline_version.latest",
            """
            select \(PipelineVersion.columns) from \(PipelineVersion.source)
            where v.pipeline_id = \(pipeline) order by v.number desc limit 1
            """, PipelineVersion.init(row:))
    }

    /// Newest first (PIPE-18), one more than `limit`.
    package static func pipelineVersions(of pipeline: PipelineID, after: PipelineVersionNumber?, limit: Int)
        -> Query<[PipelineVersion]> where Result == [PipelineVersion]
    {
        .rows(
            "pipeline_version.list",
            """
            select \(PipelineVersion.columns) from \(PipelineVersion.source)
            where v.pipeline_id = \(pipeline) and (\(after)::int8 is null or v.number < \(after))
            order by v.number desc limit \(Int64(limit + 1))
            """, PipelineVersion.init(row:))
    }

    package static func insertPipelineVersion(
        _ id: PipelineVersionID, pipeline: PipelineID, in workspace: WorkspaceID, steps: JSONText, by user: UserID,
        at: Date
    ) -> Query<PipelineVersionNumber> where Result == PipelineVersionNumber {
        .one(
            "pipeline_version.insert",
            """
            insert into pipeline_versions (id, workspace_id, pipeline_id, steps, created_by, created_at)
            values (\(id), \(workspace), \(pipeline), \(steps), \(user), \(at)) returning number
            """
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }

    /// Ties the version to the model versions that it uses.
    package static func insertPipelineVersionModels(
        _ number: PipelineVersionNumber, models: [ModelVersionID], in workspace: WorkspaceID
    ) -> Query<Int> where Result == Int {
        .execute(
            "pipeline_version_model.insert",
            """
            insert into pipeline_version_models (workspace_id, pipeline_version_number, position, model_version_id)
            select \(workspace), \(number), used.position::int, used.id
            from unnest(\(models)) with ordinality as used (id, position)
            """)
    }
}
