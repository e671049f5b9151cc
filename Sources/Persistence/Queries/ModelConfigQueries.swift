package import Domain
package import FoundationEssentials

extension ModelConfig {
    fileprivate init(row: inout RowReader) throws(DatabaseError) {
        self.init(
            version: try row.next(), runtime: try row.next(), tensorFields: try row.next(),
            batchConfig: try row.next(), filterThreshold: try row.next(), inputSchema: try row.next(),
            outputSchema: try row.next(), revision: try row.next(), updatedAt: try row.next())
    }
}

extension Query {
    /// The configuration of a version, with the defaults when it was never configured; `nil` without the version.
    package static func modelConfig(_ version: ModelVersionID) -> Query<ModelConfig?> where Result == ModelConfig? {
        .first(
            "model_config.get",
            """
            select v.id, c.runtime, c.tensor_fields, c.batch_config, c.filter_threshold, c.input_schema, c.output_schema,
                coalesce(c.revision, 0), c.updated_at
            from model_versions v left join model_configs c on c.version_id = v.id where v.id = \(version)
            """, ModelConfig.init(row:))
    }

    /// Replaces the configuration, at any revision when none is named; 0 when the revision is no longer current.
    package static func setModelConfig(_ config: ModelConfig, ifRevision: Int64?, by user: UserID, at: Date) -> Query<
        Int
    > where Result == Int {
        .execute(
            "model_config.set",
            """
            insert into model_configs (version_id, workspace_id, runtime, tensor_fields, batch_config, filter_threshold,
                input_schema, output_schema, revision, updated_by, updated_at)
            select v.id, v.workspace_id, \(config.runtime), \(config.tensorFields), \(config.batchConfig),
                \(config.filterThreshold), \(config.inputSchema), \(config.outputSchema), 1, \(user), \(at)
            from model_versions v left join model_configs c on c.version_id = v.id
            where v.id = \(config.version) and coalesce(c.revision, 0) = coalesce(\(ifRevision), c.revision, 0)
            on conflict (version_id) do update set runtime = excluded.runtime, tensor_fields = excluded.tensor_fields,
                batch_config = excluded.batch_config, filter_threshold = excluded.filter_threshold,
                input_schema = excluded.input_schema, output_schema = excluded.output_schema,
                revision = model_configs.revision + 1, updated_by = excluded.updated_by, updated_at = excluded.updated_at
            where model_configs.revision = coalesce(\(ifRevision), model_configs.revision)
            """)
    }
}
