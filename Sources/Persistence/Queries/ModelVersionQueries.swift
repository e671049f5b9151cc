package import Domain
package import FoundationEssentials

extension ModelVersion {
    static let columns: SQL = """
        v.id, v.model_id, v.model_name, v.workspace_id, v.file_name, v.sha256, v.size_bytes, v.framework, v.runtime, v.arch,
        v.accel, v.status, v.inspection, v.manifest_digest, v.image_path,
        v.onnx_sha256, v.onnx_size_bytes, v.onnx_manifest_digest, v.created_by, v.created_at,
        coalesce(v.updated_at, v.created_at)
        """
    static let source: SQL = "model_versions v"

    init(row: inout RowReader) throws(DatabaseError) {
        self.init(
            id: try row.next(), modelID: try row.next(), modelName: try row.next(), workspaceID: try row.next(),
            fileName: try row.next(), sha256: try row.next(), sizeBytes: try row.next(), framework: try row.next(),
            runtime: try row.next(), arch: try row.next(), accel: try row.next(), status: try row.next(),
            inspection: try row.next(), manifestDigest: try row.next(), imagePath: try row.next(),
            converted: try ConvertedFile(row: &row), createdBy: try row.next(), createdAt: try row.next(),
            updatedAt: try row.next())
    }
}

extension Query {
    package static func modelVersion(_ id: ModelVersionID) -> Query<ModelVersion?> where Result == ModelVersion? {
        .first(
            "model_version.get", "select \(ModelVersion.columns) from \(ModelVersion.source) where v.id = \(id)",
            ModelVersion.init(row:))
    }

    /// Versions newest first, one more than `limit`: of one model, or of all the principal's workspaces; with a tag that
    /// has the term in it, regardless of case (TAG-09, TAG-11).
    package static func modelVersions(of model: ModelID?, tagged term: String?, after: ModelVersionID?, limit: Int)
        -> Query<[ModelVersionListing]> where Result == [ModelVersionListing]
    {
        let ofModel: SQL = model.map { "and v.model_id = \($0)" } ?? ""
        let tagged: SQL =
            term.map { "and exists (select from \(TagLabel.onVersion) and \(TagLabel.contains($0)))" } ?? ""
        return .rows(
            "model_version.list",
            """
            select \(ModelVersion.columns), (select \(TagLabel.list) from \(TagLabel.onVersion))
            from \(ModelVersion.source)
            where (\(after)::uuid is null or v.number < (select number from model_versions where id = \(after)))
            \(ofModel) \(tagged)
            order by v.number desc limit \(Int64(limit + 1))
            """
        ) { (row: inout RowReader) throws(DatabaseError) in
            ModelVersionListing(version: try ModelVersion(row: &row), tags: try row.json())
        }
    }

    /// All of these versions that the principal sees in one workspace, in no order.
    package static func modelVersions(_ ids: [ModelVersionID], in workspace: WorkspaceID) -> Query<[ModelVersion]>
    where Result == [ModelVersion] {
        .rows(
            "model_version.some",
            """
            select \(ModelVersion.columns) from \(ModelVersion.source)
            where v.workspace_id = \(workspace) and v.id = any (\(ids))
            """, ModelVersion.init(row:))
    }

    /// Deletes a version with its configuration and tags; owners only. Violates `pipeline_version_models_model_fkey` when
    /// a pipeline version uses it.
    package static func deleteModelVersion(_ id: ModelVersionID) -> Query<Int> where Result == Int {
        .execute("model_version.delete", "delete from model_versions where id = \(id)")
    }

    /// The pipeline versions that use a version, each with its publishes, oldest first.
    package static func uses(of version: ModelVersionID, limit: Int) -> Query<[ModelVersionUse]>
    where Result == [ModelVersionUse] {
        .rows(
            "model_version.uses",
            """
            select p.name, v.id, array(
                select b.id from publishes b
                where b.workspace_id = v.workspace_id and b.pipeline_version_number = v.number and b.deleted_at is null
                order by b.id limit \(Int64(limit)))
            from pipeline_versions v join pipelines p on p.workspace_id = v.workspace_id and p.id = v.pipeline_id
            where (v.workspace_id, v.number) in (
                select u.workspace_id, u.pipeline_version_number from pipeline_version_models u
                where u.model_version_id = \(version))
            order by v.number limit \(Int64(limit))
            """
        ) { (row: inout RowReader) throws(DatabaseError) in
            ModelVersionUse(pipeline: try row.next(), version: try row.next(), publishes: try row.next())
        }
    }

    package static func insertModelVersion(
        _ id: ModelVersionID, model: ModelID, named name: ModelName, in workspace: WorkspaceID, fileName: String,
        sha256: Digest,
        sizeBytes: Int64,
        framework: ModelFramework, runtime: ModelRuntime, arch: Architecture, accel: Accelerator = .none,
        status: ModelVersionStatus,
        inspection: JSONText, manifestDigest: Digest, imagePath: String? = nil, by user: UserID, at: Date
    ) -> Query<Int> where Result == Int {
        .execute(
            "model_version.insert",
            """
            insert into model_versions (id, workspace_id, model_id, model_name, file_name, sha256, size_bytes, framework, runtime, arch,
                accel, status, inspection, manifest_digest, image_path, created_by, created_at)
            values (\(id), \(workspace), \(model), \(name), \(fileName), \(sha256), \(sizeBytes), \(framework), \(runtime), \(arch),
                \(accel), \(status), \(inspection), \(manifestDigest), \(imagePath), \(user), \(at))
            """)
    }
}
