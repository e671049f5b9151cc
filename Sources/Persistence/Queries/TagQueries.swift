package import Domain
package import FoundationEssentials

extension Tag {
    /// What has the tag comes through the policies of its own tables, so nobody reads of foreign things here.
    static var columns: SQL {
        """
        t.id, t.tag, t.created_by, t.created_at,
        (select coalesce(jsonb_agg(jsonb_build_object('id', m.model_id, 'workspace_id', m.workspace_id, 'name', m.model_name,
                                                      'versions', m.versions) order by m.model_id), '[]')
         from (select v.model_id, v.workspace_id, v.model_name, jsonb_agg(v.id order by v.number) as versions
               from (select l.workspace_id, l.model_version_id from model_version_tags l where l.tag_id = t.id
                     order by l.workspace_id, l.model_version_id limit \(Tag.listed)) l
               join model_versions v on v.workspace_id = l.workspace_id and v.id = l.model_version_id
               group by v.model_id, v.workspace_id, v.model_name) m),
        (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'workspace_id', p.workspace_id, 'name', p.name)
                                   order by p.id), '[]')
         from (select l.workspace_id, l.pipeline_id from pipeline_tags l where l.tag_id = t.id
               order by l.workspace_id, l.pipeline_id limit \(Tag.listed)) l
         join pipelines p on p.workspace_id = l.workspace_id and p.id = l.pipeline_id),
        not exists (select from model_version_tags l where l.tag_id = t.id offset \(Tag.listed))
            and not exists (select from pipeline_tags l where l.tag_id = t.id offset \(Tag.listed))
        """
    }

    init(row: inout RowReader) throws(DatabaseError) {
        self.init(
            id: try row.next(), text: try row.next(), createdBy: try row.next(), createdAt: try row.next(),
            models: try row.json(), pipelines: try row.json(), isComplete: try row.next())
    }
}

extension TagLabel {
    /// The tags of one thing, in order of their text, as the JSON of `[TagLabel]`.
    static let list: SQL = "coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'tag', t.tag) order by t.tag), '[]')"
    /// The tags `t` of a model version `v`; more conditions may follow.
    static let onVersion: SQL = """
        model_version_tags l join tags t on t.id = l.tag_id
        where l.workspace_id = v.workspace_id and l.model_version_id = v.id
        """
    /// The tags `t` of a pipeline `p`; more conditions may follow.
    static let onPipeline: SQL = """
        pipeline_tags l join tags t on t.id = l.tag_id where l.workspace_id = p.workspace_id and l.pipeline_id = p.id
        """

    /// Whether the text of `t` has the term in it, regardless of case. No pattern, so that `%` and `_` are themselves.
    static func contains(_ term: String) -> SQL { "position(lower(\(term)) in lower(t.tag)) > 0" }
}

extension Query {
    /// Adds a tag; violates `tags_tag_uq` when there is one of that text.
    package static func insertTag(_ text: TagText, by user: UserID, at: Date) -> Query<TagID> where Result == TagID {
        .one(
            "tag.insert",
            "insert into tags (tag, created_by, created_at) values (\(text), \(user), \(at)) returning id"
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }

    package static func tag(_ id: TagID) -> Query<Tag?> where Result == Tag? {
        .first("tag.get", "select \(Tag.columns) from tags t where t.id = \(id)", Tag.init(row:))
    }

    /// In order of creation (TAG-03), one more than `limit`.
    package static func tags(after: TagID?, limit: Int) -> Query<[Tag]> where Result == [Tag] {
        .rows(
            "tag.list",
            """
            select \(Tag.columns) from tags t where (\(after)::int8 is null or t.id > \(after))
            order by t.id limit \(Int64(limit + 1))
            """, Tag.init(row:))
    }

    /// Who made a tag; `nil` when there is none of that id.
    package static func tagCreator(_ id: TagID) -> Query<UserID?> where Result == UserID? {
        .first("tag.creator", "select t.created_by from tags t where t.id = \(id)") {
            (row: inout RowReader) throws(DatabaseError) in try row.next()
        }
    }

    /// Violates `model_version_tags_tag_id_fkey` or `pipeline_tags_tag_id_fkey` while anybody uses the tag.
    package static func deleteTag(_ id: TagID) -> Query<Int> where Result == Int {
        .execute("tag.delete", "delete from tags where id = \(id)")
    }

    /// Puts a tag on a model version; nothing happens when it is there (TAG-12). Violates
    /// `model_version_tags_tag_id_fkey` when there is no such tag.
    package static func addTag(_ tag: TagID, to version: ModelVersionID, in workspace: WorkspaceID) -> Query<Int>
    where Result == Int {
        .execute(
            "model_version_tag.add",
            """
            insert into model_version_tags (workspace_id, model_version_id, tag_id)
            values (\(workspace), \(version), \(tag)) on conflict do nothing
            """)
    }

    package static func removeTag(_ tag: TagID, from version: ModelVersionID, in workspace: WorkspaceID) -> Query<Int>
    where Result == Int {
        .execute(
            "model_version_tag.remove",
            """
            delete from model_version_tags
            where workspace_id = \(workspace) and model_version_id = \(version) and tag_id = \(tag)
            """)
    }

    /// Puts a tag on a pipeline; nothing happens when it is there (TAG-12). Violates `pipeline_tags_tag_id_fkey` when
    /// there is no such tag.
    package static func addTag(_ tag: TagID, to pipeline: PipelineID, in workspace: WorkspaceID) -> Query<Int>
    where Result == Int {
        .execute(
            "pipeline_tag.add",
            """
            insert into pipeline_tags (workspace_id, pipeline_id, tag_id)
            values (\(workspace), \(pipeline), \(tag)) on conflict do nothing
            """)
    }

    package static func removeTag(_ tag: TagID, from pipeline: PipelineID, in workspace: WorkspaceID) -> Query<Int>
    where Result == Int {
        .execute(
            "pipeline_tag.remove",
            "delete from pipeline_tags where workspace_id = \(workspace) and pipeline_id = \(pipeline) and tag_id = \(tag)"
        )
    }
}
