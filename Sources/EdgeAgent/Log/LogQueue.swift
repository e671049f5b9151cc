/// The log between the task that reads a source and the task that ships: one owner, and ways to wait for each other.
///
/// File operations block the actor's thread for the length of a write or an fsync. The agent has only these two tasks;
/// waiting for input and network happens elsewhere.
package actor LogQueue {
    private var log: WriteAheadLog
    private var isClosed = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    /// Bytes that `append` lets pile up before it waits for the shipper; `nil` never waits, and the cap drops records.
    private let roomBytes: Int?

    package init(_ log: consuming WriteAheadLog, roomBytes: Int?) {
        self.log = log
        self.roomBytes = roomBytes
    }

    /// Adds records and makes them durable, once there is room. After `close` it does nothing and returns false.
    package func append(_ block: RecordBlock, from mark: SourceMark?) async throws(EdgeAgentError) -> Bool {
        while let roomBytes, !isClosed, log.nextIndex - 1 > log.acknowledgedIndex, log.sizeBytes > roomBytes {
            await change()
        }
        guard !isClosed else { return false }
        try log.append(block, from: mark)
        try log.sync()
        wake()
        return true
    }

    /// No more records will come: `next` returns `nil` at the end instead of waiting.
    package func close() {
        isClosed = true
        wake()
    }

    /// The chunk at an index; waits for records until the queue is closed and drained.
    package func next(from index: Int64, limit: LogChunk.Limit) async throws(EdgeAgentError) -> LogChunk? {
        while true {
            if let chunk = try log.read(from: index, limit: limit) { return chunk }
            if isClosed { return nil }
            await change()
        }
    }

    /// The chunk at an index if it is there now.
    package func peek(from index: Int64, limit: LogChunk.Limit) throws(EdgeAgentError) -> LogChunk? {
        try log.read(from: index, limit: limit)
    }

    /// Moves to where the server says its stream ends, forward or back.
    /// - Returns: False, and a new epoch is begun with the first unacknowledged record, when the server has numbers
    ///   that this log never gave: the log has lost records, and its next ones must not be taken for them.
    package func settle(_ sequence: Int64, of epoch: StreamEpoch) throws(EdgeAgentError) -> Bool {
        let index = epoch.index(of: max(0, sequence))
        let isOurs = index < epoch.firstIndex || (index <= log.durableIndex && log.epoch(at: index) == epoch)
        if isOurs { try log.acknowledge(through: index) } else { try log.beginEpoch() }
        wake()
        return isOurs
    }

    /// See `WriteAheadLog.refuse`.
    package func refuse(_ index: Int64) { log.refuse(index) }

    /// See `WriteAheadLog.position`.
    package func position(of path: String) -> SourcePosition? { log.position(of: path) }

    package var acknowledgedIndex: Int64 { log.acknowledgedIndex }
    package var durableIndex: Int64 { log.durableIndex }
    package var droppedRecords: Int64 { log.droppedRecords }
    /// The epoch that the next unacknowledged record belongs to.
    package var epoch: StreamEpoch { log.epoch(at: log.acknowledgedIndex + 1) }

    private func change() async {
        await withCheckedContinuation { waiting.append($0) }
    }

    private func wake() {
        let resumed = waiting
        waiting = []
        for continuation in resumed { continuation.resume() }
    }
}
