package import Domain
package import FoundationEssentials

extension Publish {
    static let columns: SQL = """
        b.id, b.workspace_id, b.pipeline_id, p.name, b.pipeline_version_number, v.id, b.status, b.engine_url, b.engine_config,
        b.pipeline_url, b.pipeline_digest, b.chart_url, b.chart_version, b.chart_digest, b.image_url, b.image_digest,
        b.phase, b.percent::int8, b.bytes_total, b.bytes_done, b.bytes_sent, \(replaces), \(replacedBy), b.error, b.created_by, b.created_at, b.updated_at
        """
    static let source: SQL = """
        publishes b join pipelines p on p.workspace_id = b.workspace_id and p.id = b.pipeline_id
        join pipeline_versions v on v.workspace_id = b.workspace_id and v.number = b.pipeline_version_number
        """

    init(row: inout RowReader) throws(DatabaseError) {
        self.init(
            id: try row.next(), workspaceID: try row.next(), pipelineID: try row.next(), pipelineName: try row.next(),
            pipelineVersionNumber: try row.next(), pipelineVersionID: try row.next(), status: try row.next(),
            engineURL: try row.next(), engineConfig: try row.json(), pipelineURL: try row.next(),
            pipelineDigest: try row.next(), chartURL: try row.next(), chartVersion: try row.next(),
            chartDigest: try row.next(), image: try Image(row: &row),
            progress: Progress(
                phase: try row.next(), percent: Int(try row.next(Int64.self)), bytesTotal: try row.next(),
                bytesDone: try row.next(), bytesSent: try row.next()),
            replaces: try row.json(), replacedBy: try row.json(),
            error: try row.next(), createdBy: try row.next(), createdAt: try row.next(), updatedAt: try row.next())
    }
}

extension Publish.Image {
    fileprivate init?(row: inout RowReader) throws(DatabaseError) {
        let (url, digest) = (try row.next(String?.self), try row.next(Digest?.self))
        guard let url else { return nil }
        self.init(url: url, digest: digest)
    }
}

extension PublishedNames {
    static let columns: SQL = """
        b.id, p.name, v.id, b.pipeline_url, b.pipeline_digest, b.image_url, b.image_digest, b.chart_version,
        b.chart_digest, b.deleted_at is not null
        """

    fileprivate init(row: inout RowReader) throws(DatabaseError) {
        self.init(
            publish: try row.next(), pipeline: try row.next(), version: try row.next(), pipelineURL: try row.next(),
            pipelineDigest: try row.next(), imageURL: try row.next(), imageDigest: try row.next(),
            chartVersion: try row.next(), chartDigest: try row.next(), isDeleted: try row.next())
    }
}

extension Query {
    package static func publish(_ id: PublishID) -> Query<Publish?> where Result == Publish? {
        .first(
            "publish.get",
            "select \(Publish.columns) from \(Publish.source) where b.id = \(id) and b.deleted_at is null",
            Publish.init(row:))
    }

    /// Oldest first (PUB-11), one more than `limit`.
    package static func publishes(of pipeline: PipelineID, after: PublishID?, limit: Int) -> Query<[Publish]>
    where Result == [Publish] {
        .rows(
            "publish.list",
            """
            select \(Publish.columns) from \(Publish.source)
            where b.pipeline_id = \(pipeline) and b.deleted_at is null and (\(after)::int8 is null or b.id > \(after))
            order by b.id limit \(Int64(limit + 1))
            """, Publish.init(row:))
    }

    /// Until the end of the transaction: nobody else adds an edge to the publish, or deletes it.
    package static func lockPublish(_ id: PublishID) -> Query<Int> where Result == Int {
        .execute("publish.lock", "select pg_advisory_xact_lock(hashtextextended('drover.publish', \(id)))")
    }

    /// Marks a publish as deleted; owners only.
    package static func deletePublish(_ id: PublishID, at: Date) -> Query<Int> where Result == Int {
        .execute(
            "publish.delete",
            "update publishes b set deleted_at = \(at) where b.id = \(id) and b.deleted_at is null")
    }

    /// What all publishes of the instance put into the registry, deleted ones included, as the system.
    package static func allPublishedNames() -> Query<[PublishedNames]> where Result == [PublishedNames] {
        .rows(
            "publish.all_names",
            """
            select \(PublishedNames.columns)
            from publishes b
            join pipelines p on p.workspace_id = b.workspace_id and p.id = b.pipeline_id
            join pipeline_versions v on v.workspace_id = b.workspace_id and v.number = b.pipeline_version_number
            order by b.id
            """, PublishedNames.init(row:))
    }

    /// What all publishes of the version of a publish put into the registry, deleted ones included.
    package static func publishedNames(besides id: PublishID) -> Query<[PublishedNames]>
    where Result == [PublishedNames] {
        .rows(
            "publish.names",
            """
            select \(PublishedNames.columns)
            from publishes mine
            join publishes b on b.workspace_id = mine.workspace_id
                and b.pipeline_version_number = mine.pipeline_version_number
            join pipelines p on p.workspace_id = b.workspace_id and p.id = b.pipeline_id
            join pipeline_versions v on v.workspace_id = b.workspace_id and v.number = b.pipeline_version_number
            where mine.id = \(id)
            order by b.id
            """, PublishedNames.init(row:))
    }

    package static func insertPublish(
        of version: PipelineVersion, names: ArtifactNames, engineURL: String, engineConfig: JSONText,
        withImage: Bool = false,
        by user: UserID, at: Date
    ) -> Query<PublishID> where Result == PublishID {
        .one(
            "publish.insert",
            """
            insert into publishes (workspace_id, pipeline_id, pipeline_version_number, status, engine_url, engine_config,
                pipeline_url, image_url, chart_url, chart_version, phase, percent, created_by, created_at, updated_at)
            values (\(version.workspaceID), \(version.pipelineID), \(version.number), \(PublishStatus.pending), \(engineURL),
                \(engineConfig), \(names.pipelineURL), \(withImage ? names.imageURL : nil), \(names.chartURL), \(names.chartVersion), 'queued', 0, \(user), \(at), \(at))
            returning id
            """
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }
}
