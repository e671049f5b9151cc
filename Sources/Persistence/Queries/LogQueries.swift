package import Domain
package import FoundationEssentials

/// A stored batch of inference records.
package struct LogBatch: Sendable {
    package let id: Int64
    package let pipelineVersionID: PipelineVersionID
    package let partition: String
    package let recordCount: Int64
    /// Leading records of the body that an earlier batch holds.
    package let skipRecords: Int64
    /// gzip of NDJSON, oldest record first.
    package let body: [UInt8]

    package init(
        id: Int64, pipelineVersionID: PipelineVersionID, partition: String, recordCount: Int64, skipRecords: Int64,
        body: [UInt8]
    ) {
        self.id = id
        self.pipelineVersionID = pipelineVersionID
        self.partition = partition
        self.recordCount = recordCount
        self.skipRecords = skipRecords
        self.body = body
    }

    init(row: inout RowReader) throws(DatabaseError) {
        id = try row.next()
        pipelineVersionID = try row.next()
        partition = try row.next()
        recordCount = try row.next()
        skipRecords = try row.next()
        body = try row.next()
    }
}

/// A batch on its way in; everything but the body comes from the edge's identity (EDGE-23).
package struct NewLogBatch: Sendable {
    package var edge: Edge
    package var epoch: UUID
    package var firstSequence: Int64
    package var lastSequence: Int64
    package var recordCount: Int64
    package var skipRecords: Int64
    package var firstTime: Date?
    package var lastTime: Date?
    package var isGap: Bool
    package var bodyBytes: Int64
    package var body: [UInt8]

    package init(
        edge: Edge, epoch: UUID, firstSequence: Int64, lastSequence: Int64, recordCount: Int64, skipRecords: Int64,
        firstTime: Date?, lastTime: Date?, isGap: Bool, bodyBytes: Int64, body: [UInt8]
    ) {
        self.edge = edge
        self.epoch = epoch
        self.firstSequence = firstSequence
        self.lastSequence = lastSequence
        self.recordCount = recordCount
        self.skipRecords = skipRecords
        self.firstTime = firstTime
        self.lastTime = lastTime
        self.isGap = isGap
        self.bodyBytes = bodyBytes
        self.body = body
    }
}

extension Query {
    /// Locks a stream's row, made when it is new, and returns how far it is stored.
    package static func lockLogStream(edge: EdgeID, epoch: UUID, in workspace: WorkspaceID, at: Date) -> Query<Int64>
    where Result == Int64 {
        .one(
            "log_stream.lock",
            """
            insert into log_streams as s (workspace_id, edge_id, epoch, acked, updated_at)
            values (\(workspace), \(edge), \(epoch), 0, \(at))
            on conflict (edge_id, epoch) do update set updated_at = excluded.updated_at
            returning s.acked
            """
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }

    package static func advanceLogStream(edge: EdgeID, epoch: UUID, acked: Int64) -> Query<Int> where Result == Int {
        .execute(
            "log_stream.advance", "update log_streams set acked = \(acked) where edge_id = \(edge) and epoch = \(epoch)"
        )
    }

    package static func insertLogBatch(_ batch: NewLogBatch, at: Date) -> Query<Int> where Result == Int {
        .execute(
            "log_batch.insert",
            """
            insert into log_batches (workspace_id, pipeline_id, pipeline_version_number, edge_id, partition, epoch,
                first_sequence, last_sequence, record_count, skip_records, first_time, last_time, received_at, gap, body_bytes, body)
            values (\(batch.edge.workspaceID), \(batch.edge.pipelineID), \(batch.edge.pipelineVersionNumber), \(batch.edge.id),
                \(batch.edge.name), \(batch.epoch), \(batch.firstSequence), \(batch.lastSequence), \(batch.recordCount)::int,
                \(batch.skipRecords)::int, \(batch.firstTime), \(batch.lastTime), \(at), \(batch.isGap), \(batch.bodyBytes)::int,
                \(batch.body))
            """)
    }

    /// Batches of a pipeline, newest first, before the given one.
    package static func logBatches(of pipeline: PipelineID, before: Int64?, limit: Int) -> Query<[LogBatch]>
    where Result == [LogBatch] {
        .rows(
            "log_batch.list",
            """
            select l.id, v.id, l.partition, l.record_count::int8, l.skip_records::int8, l.body
            from log_batches l
            join pipeline_versions v on v.workspace_id = l.workspace_id and v.number = l.pipeline_version_number
            where l.pipeline_id = \(pipeline) and not l.gap and (\(before)::int8 is null or l.id < \(before))
            order by l.id desc limit \(Int64(limit))
            """, LogBatch.init(row:))
    }
}
