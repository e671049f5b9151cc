package import Domain
package import FoundationEssentials

extension ModelRegistry {
    /// Holders as two lists of equal length; row-level security leaves the reader's own workspaces in both.
    static let columns: SQL = """
        r.id, r.name, r.url, r.has_token, r.created_by, r.created_at, r.updated_at,
        array(select h.workspace_id from workspace_model_registries h join workspaces w on w.id = h.workspace_id
              where h.registry_id = r.id order by h.workspace_id),
        array(select w.name from workspace_model_registries h join workspaces w on w.id = h.workspace_id
              where h.registry_id = r.id order by h.workspace_id)
        """

    init(row: inout RowReader) throws(DatabaseError) {
        let (id, name): (ModelRegistryID, ModelRegistryName) = (try row.next(), try row.next())
        let (url, hasToken): (ModelRegistryURL, Bool) = (try row.next(), try row.next())
        let (createdBy, createdAt): (UserID, Date) = (try row.next(), try row.next())
        let updatedAt: Date = try row.next()
        let (ids, names): ([WorkspaceID], [WorkspaceName]) = (try row.next(), try row.next())
        self.init(
            id: id, name: name, url: url, hasToken: hasToken, createdBy: createdBy, createdAt: createdAt,
            updatedAt: updatedAt, workspaces: zip(ids, names).map(Holder.init(id:name:)))
    }
}

/// What it takes to read through a registry.
package struct ModelRegistryAccess: Sendable {
    package let url: ModelRegistryURL
    /// `nil` when it has none, or when the principal may not use it.
    package let sealedToken: [UInt8]?
    /// Whether the principal is its creator or a member of a workspace that holds it.
    package let mayUse: Bool
}

extension Query {
    /// A registry without its token, which follows in the same transaction because it is bound to its id.
    package static func insertModelRegistry(
        _ name: ModelRegistryName, url: ModelRegistryURL, hasToken: Bool, by user: UserID, at: Date
    ) -> Query<ModelRegistryID> where Result == ModelRegistryID {
        .one(
            "model_registry.insert",
            """
            insert into model_registries (name, url, has_token, created_by, created_at, updated_at)
            values (\(name), \(url), \(hasToken), \(user), \(at), \(at)) returning id
            """
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }

    /// The sealed token of a registry that the principal made and that has none.
    package static func insertModelRegistryToken(_ id: ModelRegistryID, sealed: [UInt8]) -> Query<Int>
    where Result == Int {
        .execute(
            "model_registry.insert_token",
            "insert into model_registry_tokens (registry_id, sealed_token) values (\(id), \(sealed))")
    }

    /// Takes the token away, and notes whether another one follows: 1, or 0 when the principal did not make the registry.
    /// - Throws: a violation of row-level security when an administrator wants another one.
    package static func touchModelRegistry(_ id: ModelRegistryID, hasToken: Bool, at: Date) -> Query<Int>
    where Result == Int {
        .execute(
            "model_registry.touch",
            "update model_registries set has_token = \(hasToken), updated_at = \(at) where id = \(id)")
    }

    package static func modelRegistry(_ id: ModelRegistryID) -> Query<ModelRegistry?> where Result == ModelRegistry? {
        .first(
            "model_registry.get", "select \(ModelRegistry.columns) from model_registries r where r.id = \(id)",
            ModelRegistry.init(row:))
    }

    /// Those that the principal may use, and for administrators all, in order of creation; one more than `limit`.
    package static func modelRegistries(after: ModelRegistryID?, limit: Int) -> Query<[ModelRegistry]>
    where Result == [ModelRegistry] {
        .rows(
            "model_registry.list",
            """
            select \(ModelRegistry.columns) from model_registries r
            where (\(after)::int8 is null or r.id > \(after)) order by r.id limit \(Int64(limit + 1))
            """, ModelRegistry.init(row:))
    }

    /// Those that a workspace holds (REG-08), in order of creation; one more than `limit`.
    package static func modelRegistries(in workspace: WorkspaceID, after: ModelRegistryID?, limit: Int)
        -> Query<[ModelRegistry]> where Result == [ModelRegistry]
    {
        .rows(
            "model_registry.list_of_workspace",
            """
            select \(ModelRegistry.columns)
            from workspace_model_registries o join model_registries r on r.id = o.registry_id
            where o.workspace_id = \(workspace) and (\(after)::int8 is null or o.registry_id > \(after))
            order by o.registry_id limit \(Int64(limit + 1))
            """, ModelRegistry.init(row:))
    }

    /// What it takes to read through a registry; `nil` when the principal does not see it.
    package static func modelRegistryAccess(_ id: ModelRegistryID) -> Query<ModelRegistryAccess?>
    where Result == ModelRegistryAccess? {
        .first(
            "model_registry.access",
            """
            select r.url, t.sealed_token, may_use_model_registry(r.id)
            from model_registries r left join model_registry_tokens t on t.registry_id = r.id where r.id = \(id)
            """
        ) { (row: inout RowReader) throws(DatabaseError) in
            ModelRegistryAccess(url: try row.next(), sealedToken: try row.next(), mayUse: try row.next())
        }
    }

    /// Whether a workspace of the principal holds a registry.
    package static func holdsModelRegistry(_ workspace: WorkspaceID, _ id: ModelRegistryID) -> Query<Bool>
    where Result == Bool {
        .one(
            "model_registry.is_held",
            """
            select exists (select from workspace_model_registries
                           where workspace_id = \(workspace) and registry_id = \(id))
            """
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }

    /// Deletes a registry with its token: 1, or 0 when the principal may not.
    /// - Throws: a violation of `workspaceModelRegistriesRegistry` while any workspace holds it.
    package static func deleteModelRegistry(_ id: ModelRegistryID) -> Query<Int> where Result == Int {
        .execute("model_registry.delete", "delete from model_registries where id = \(id)")
    }

    /// Attaches; 0 when it is attached already.
    /// - Throws: a violation of row-level security unless the principal owns the workspace and may use the registry.
    package static func attachModelRegistry(
        _ id: ModelRegistryID, to workspace: WorkspaceID, by user: UserID, at: Date
    ) -> Query<Int> where Result == Int {
        .execute(
            "model_registry.attach",
            """
            insert into workspace_model_registries (workspace_id, registry_id, created_by, created_at)
            values (\(workspace), \(id), \(user), \(at)) on conflict do nothing
            """)
    }

    package static func detachModelRegistry(_ id: ModelRegistryID, from workspace: WorkspaceID) -> Query<Int>
    where Result == Int {
        .execute(
            "model_registry.detach",
            "delete from workspace_model_registries where workspace_id = \(workspace) and registry_id = \(id)")
    }

    /// How many workspaces hold a registry, of all users; as drover_system.
    package static func countHolders(ofRegistry id: ModelRegistryID) -> Query<Int64> where Result == Int64 {
        .one(
            "model_registry.count_holders",
            "select count(*) from workspace_model_registries where registry_id = \(id)"
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }
}
