package import Domain

extension Publish {
    /// What the row `b` of publishes was asked to replace, as `[Publish.Reference]`.
    static let replaces: SQL = """
        coalesce((
            select jsonb_agg(\(reference) order by o.id) from publish_replacements r
            join publishes o on o.workspace_id = r.workspace_id and o.id = r.replaced_id
            join pipelines q on q.workspace_id = o.workspace_id and q.id = o.pipeline_id
            where r.workspace_id = b.workspace_id and r.publish_id = b.id), '[]')
        """
    /// What replaced the row `b` of publishes, as `[Publish.Reference]`.
    static let replacedBy: SQL = """
        coalesce((
            select jsonb_agg(\(reference) order by o.id) from publish_replacements r
            join publishes o on o.workspace_id = r.workspace_id and o.id = r.publish_id
            join pipelines q on q.workspace_id = o.workspace_id and q.id = o.pipeline_id
            where r.workspace_id = b.workspace_id and r.replaced_id = b.id and o.status = 'Published'
              and o.deleted_at is null), '[]')
        """
    private static let reference: SQL =
        "jsonb_build_object('id', o.id, 'pipeline_name', q.name, 'pipeline_version_id', o.pipeline_version_number)"
}

/// What decides whether a publish may be replaced, or was.
package struct PublishState: Sendable {
    package let id: PublishID
    package let workspaceID: WorkspaceID
    package let status: PublishStatus

    init(row: inout RowReader) throws(DatabaseError) {
        id = try row.next()
        workspaceID = try row.next()
        status = try row.next()
    }
}

extension Query {
    /// Those of the publishes that the principal sees.
    package static func publishStates(_ ids: [PublishID]) -> Query<[PublishState]> where Result == [PublishState] {
        .rows(
            "publish_replacement.known",
            "select id, workspace_id, status from publishes where id = any(\(ids)) and deleted_at is null",
            PublishState.init(row:))
    }

    package static func insertPublishReplacements(
        of replaced: [PublishID], by publish: PublishID, in workspace: WorkspaceID
    ) -> Query<Int> where Result == Int {
        .execute(
            "publish_replacement.insert",
            """
            insert into publish_replacements (workspace_id, publish_id, replaced_id)
            select \(workspace), \(publish), replaced.id from unnest(\(replaced)) as replaced (id)
            """)
    }

    /// Those that were asked to replace a publish, in whatever state, by id.
    package static func replacements(of id: PublishID) -> Query<[PublishState]> where Result == [PublishState] {
        .rows(
            "publish_replacement.of",
            """
            select b.id, b.workspace_id, b.status from publish_replacements r
            join publishes b on b.workspace_id = r.workspace_id and b.id = r.publish_id
            where r.replaced_id = \(id) and b.deleted_at is null order by b.id
            """, PublishState.init(row:))
    }

    /// Waits for edges that are being added to the replaced publishes, and holds further ones up until the end of the
    /// transaction: an edge's row holds its publish's key in place. By id, so that no two wait for each other.
    package static func lockReplacedPublishes(of publish: PublishID) -> Query<Int> where Result == Int {
        .execute(
            "publish_replacement.lock",
            """
            select b.id from publish_replacements r
            join publishes b on b.workspace_id = r.workspace_id and b.id = r.replaced_id
            where r.publish_id = \(publish) order by b.id for update of b
            """)
    }

    /// Makes the live edges of the replaced publishes those of the publish, with all that they are: name, certificate,
    /// join token, log streams. Notes each in the audit; as drover_system, after `lockReplacedPublishes`.
    package static func moveEdges(to publish: PublishID) -> Query<Int> where Result == Int {
        .execute(
            "publish_replacement.move_edges",
            """
            with moved as (
                update edges e set publish_id = b.id, pipeline_id = b.pipeline_id
                from publish_replacements r
                join publishes b on b.workspace_id = r.workspace_id and b.id = r.publish_id
                where b.id = \(publish) and e.workspace_id = r.workspace_id and e.publish_id = r.replaced_id
                  and e.removed_at is null
                returning e.id, e.workspace_id, r.replaced_id, r.publish_id
            )
            insert into audit_events (actor_kind, actor_id, session_id, action, outcome, code, resource_kind, resource_id,
                workspace_id, address, request_id, detail)
            select 'system', null, null, \(AuditAction.edgeMove.rawValue), 'done', null, \(Refusal.Kind.edge.rawValue),
                m.id::text, m.workspace_id, null, null,
                jsonb_build_object('publish', m.publish_id::text, 'publish_before', m.replaced_id::text)
            from moved m
            """)
    }
}
