package import Domain
package import FoundationEssentials

extension Query {
    /// All models of the instance by workspace and name, as the system.
    package static func modelPlaces() -> Query<[ModelPlace]> where Result == [ModelPlace] {
        .rows("survey.models", "select workspace_id, name from models order by workspace_id, name") {
            (row: inout RowReader) throws(DatabaseError) in
            ModelPlace(workspace: try row.next(), name: try row.next())
        }
    }

    /// The names of all pipelines of the instance, each once, as the system.
    package static func pipelineNames() -> Query<[PipelineName]> where Result == [PipelineName] {
        .rows("survey.pipelines", "select distinct name from pipelines order by name") {
            (row: inout RowReader) throws(DatabaseError) in try row.next()
        }
    }

    /// All workspaces of the instance, as the system.
    package static func workspaceNumbers() -> Query<[WorkspaceID]> where Result == [WorkspaceID] {
        .rows("survey.workspaces", "select id from workspaces order by id") {
            (row: inout RowReader) throws(DatabaseError) in try row.next()
        }
    }

    /// What the registry should have of all model versions, as the system.
    package static func recordedVersions() -> Query<[RecordedVersion]> where Result == [RecordedVersion] {
        .rows(
            "survey.versions",
            """
            select v.id, v.sha256, v.onnx_sha256, v.manifest_digest, v.onnx_manifest_digest,
                exists (select from conversions c where c.workspace_id = v.workspace_id and c.version_id = v.id
                        and c.finished_at is null)
            from model_versions v
            """
        ) { (row: inout RowReader) throws(DatabaseError) in
            RecordedVersion(
                id: try row.next(), file: try row.next(), converted: try row.next(), manifest: try row.next(),
                convertedManifest: try row.next(), isConverting: try row.next())
        }
    }

    /// Asks for the removal of what no live publish of the version of this one names, from `runAt` on; 0 when that was
    /// asked for and is not done yet.
    package static func askForUnpublish(_ publish: PublishID, at: Date, runAt: Date) -> Query<Int>
    where Result == Int {
        .execute(
            "survey.ask_unpublish",
            """
            insert into jobs as j (kind, workspace_id, publish_id, run_at, created_at)
            select 'unpublish', b.workspace_id, b.id, \(runAt), \(at) from publishes b where b.id = \(publish)
            on conflict on constraint jobs_publish_id_kind_uq do update
                set state = 'queued', run_at = excluded.run_at, attempts = 0, finished_at = null
                where j.state <> 'queued'
            """)
    }
}
