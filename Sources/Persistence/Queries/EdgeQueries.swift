package import Domain
package import FoundationEssentials

extension Edge {
    static let columns: SQL = """
        e.id, e.workspace_id, e.pipeline_id, e.publish_id, b.pipeline_version_number, v.id, e.name, e.tags, b.engine_config,
        e.created_by, e.created_at, e.attested_at, e.last_contact_at, e.removed_at
        """
    static let source: SQL = """
        edges e join publishes b on b.workspace_id = e.workspace_id and b.id = e.publish_id
        join pipeline_versions v on v.workspace_id = b.workspace_id and v.number = b.pipeline_version_number
        """

    init(row: inout RowReader) throws(DatabaseError) {
        self.init(
            id: try row.next(), workspaceID: try row.next(), pipelineID: try row.next(), publishID: try row.next(),
            pipelineVersionNumber: try row.next(), pipelineVersionID: try row.next(), name: try row.next(),
            tags: try row.next(), engineConfig: try row.json(), createdBy: try row.next(), createdAt: try row.next(),
            attestedAt: try row.next(), lastContactAt: try row.next(), removedAt: try row.next())
    }
}

extension Query {
    package static func edge(_ id: EdgeID) -> Query<Edge?> where Result == Edge? {
        .first("edge.get", "select \(Edge.columns) from \(Edge.source) where e.id = \(id)", Edge.init(row:))
    }

    /// The live edge whose current certificate has this serial number.
    package static func edge(_ id: EdgeID, holding serial: [UInt8]) -> Query<Edge?> where Result == Edge? {
        .first(
            "edge.holding",
            """
            select \(Edge.columns) from \(Edge.source)
            where e.id = \(id) and e.certificate_serial = \(serial) and e.removed_at is null
            """, Edge.init(row:))
    }

    /// The live edge of that name on a publish.
    package static func edge(named name: EdgeName, of publish: PublishID) -> Query<Edge?> where Result == Edge? {
        .first(
            "edge.by_name",
            """
            select \(Edge.columns) from \(Edge.source)
            where e.publish_id = \(publish) and e.name = \(name) and e.removed_at is null
            """, Edge.init(row:))
    }

    /// Live edges of a pipeline, of one publish when named, in order of id, one more than `limit` (EDGE-06, EDGE-08).
    package static func edges(of pipeline: PipelineID, publish: PublishID?, after: EdgeID?, limit: Int) -> Query<[Edge]>
    where Result == [Edge] {
        .rows(
            "edge.list",
            """
            select \(Edge.columns) from \(Edge.source)
            where e.pipeline_id = \(pipeline) and e.removed_at is null
              and (\(publish)::int8 is null or e.publish_id = \(publish)) and (\(after)::uuid is null or e.id > \(after))
            order by e.id limit \(Int64(limit + 1))
            """, Edge.init(row:))
    }

    /// Violates `edges_name_uq` when a live edge of the instance has the name (EDGE-02).
    package static func insertEdge(
        _ id: EdgeID, on publish: Publish, name: EdgeName, tags: [String], by user: UserID, at: Date
    ) -> Query<Int> where Result == Int {
        .execute(
            "edge.insert",
            """
            insert into edges (id, workspace_id, pipeline_id, publish_id, name, tags, created_by, created_at)
            values (\(id), \(publish.workspaceID), \(publish.pipelineID), \(publish.id), \(name), \(tags), \(user), \(at))
            """)
    }

    /// Removes: the name becomes free, the certificate is worth nothing any more (EDGE-22).
    package static func removeEdge(_ id: EdgeID, at: Date) -> Query<Int> where Result == Int {
        .execute(
            "edge.remove",
            "update edges set removed_at = \(at), certificate_serial = null where id = \(id) and removed_at is null")
    }

    /// Notes a contact when the certificate is the edge's current one and its silence was within the limit (EDGE-14).
    /// 0 when it is not, or the edge was removed.
    package static func noteEdgeContact(_ id: EdgeID, serial: [UInt8], at: Date, notBefore: Date) -> Query<Int>
    where Result == Int {
        .execute(
            "edge.contact",
            """
            update edges set last_contact_at = \(at)
            where id = \(id) and certificate_serial = \(serial) and removed_at is null and last_contact_at > \(notBefore)
            """)
    }

    package static func noteEdgeAttested(_ id: EdgeID, serial: [UInt8], agent: JSONText?, at: Date) -> Query<Int>
    where Result == Int {
        .execute(
            "edge.attested",
            """
            update edges set attested_at = coalesce(attested_at, \(at)), last_contact_at = \(at),
                certificate_serial = \(serial), agent = coalesce(\(agent), agent)
            where id = \(id) and removed_at is null
            """)
    }
}
