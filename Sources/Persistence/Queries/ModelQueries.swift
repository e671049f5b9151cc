package import Domain
package import FoundationEssentials

extension Model {
    static let columns: SQL = """
        m.id, m.workspace_id, m.name, m.created_by, m.created_at, m.updated_at,
        (select count(*) from model_versions v where v.workspace_id = m.workspace_id and v.model_id = m.id),
        newest.id, newest.file_name
        """
    static let source: SQL = """
        models m left join lateral (
            select v.id, v.file_name from model_versions v
            where v.workspace_id = m.workspace_id and v.model_id = m.id order by v.number desc limit 1
        ) newest on true
        """

    init(row: inout RowReader) throws(DatabaseError) {
        self.init(
            id: try row.next(), workspaceID: try row.next(), name: try row.next(), createdBy: try row.next(),
            createdAt: try row.next(), updatedAt: try row.next(), versionCount: try row.next(),
            latestVersion: try LatestVersion(row: &row))
    }
}

extension Model.LatestVersion {
    fileprivate init?(row: inout RowReader) throws(DatabaseError) {
        let (id, fileName) = (try row.next(ModelVersionID?.self), try row.next(String?.self))
        guard let id, let fileName else { return nil }
        self.init(id: id, fileName: fileName)
    }
}

extension Query {
    package static func model(_ id: ModelID) -> Query<Model?> where Result == Model? {
        .first("model.get", "select \(Model.columns) from \(Model.source) where m.id = \(id)", Model.init(row:))
    }

    package static func models(in workspace: WorkspaceID, after: ModelID?, limit: Int) -> Query<[Model]>
    where Result == [Model] {
        .rows(
            "model.list",
            """
            select \(Model.columns) from \(Model.source)
            where m.workspace_id = \(workspace) and (\(after)::int8 is null or m.id > \(after))
            order by m.id limit \(Int64(limit + 1))
            """, Model.init(row:))
    }

    /// The model of that name, made when it is missing (MODEL-02).
    package static func ensureModel(_ name: ModelName, in workspace: WorkspaceID, by user: UserID, at: Date) -> Query<
        ModelID
    >
    where Result == ModelID {
        .one(
            "model.ensure",
            """
            insert into models (workspace_id, name, created_by, created_at, updated_at)
            values (\(workspace), \(name), \(user), \(at), \(at))
            on conflict (workspace_id, name) do update set updated_at = excluded.updated_at
            returning id
            """
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }
}
