import Domain

/// An append-only log of records in segment files, from which a shipper reads and which forgets what is acknowledged.
///
/// Promises (publish-and-edge.md, section 2f, "Logs"):
/// - A record that `sync` has returned for survives a crash and a power cut; only such records can be read.
/// - Log indexes rise by one and are never given to other contents. Should recovery have to cut anything off, later
///   records belong to a new epoch: a record that was cut may have reached the server under its number.
/// - Positions in source files change in one step with the records taken from them, because they are records too.
/// - Over the size cap the oldest whole segments are dropped; the reader then gets a gap for that range.
package struct WriteAheadLog: ~Copyable {
    /// Sizes, in bytes.
    package struct Options: Sendable {
        /// A segment is closed when it has grown to this.
        package var segmentBytes = 8 << 20
        /// All segments together; more makes the oldest go.
        package var capBytes = 1 << 30
        /// Unsynced bytes that make `append` sync on its own.
        package var syncEveryBytes = 8 << 20
        package init() {}
    }

    /// One file; `bytes` counts what is written to it.
    struct Segment {
        let first: Int64
        var bytes: Int
    }

    /// A place in a segment where the record with an index begins.
    struct Cursor {
        var index: Int64
        var segmentFirst: Int64
        var offset: Int
    }

    let directory: String
    let options: Options
    let time: any TimeSource
    let random: any RandomSource

    var segments: [Segment]
    var active: File
    var state: LogState
    /// Framed records that are not yet written to `active`.
    var pending: [UInt8] = []
    /// Records appended that `state` has not counted for their source.
    var uncounted: Int64 = 0
    var unsyncedBytes = 0
    var cursor: Cursor?
    var refused: Set<Int64> = []

    /// The index that the next record gets.
    package internal(set) var nextIndex: Int64
    /// Records up to here can be read.
    package internal(set) var durableIndex: Int64
    /// The server has everything up to here.
    package internal(set) var acknowledgedIndex: Int64
    /// The highest index that was ever acknowledged since the log was opened.
    var highestAcknowledged: Int64
    /// Records that the size cap made the log drop unread, since it was opened.
    package internal(set) var droppedRecords: Int64 = 0
    /// What recovery had to do, for the agent's log; empty when all was well.
    package internal(set) var recoveryNotes: [String] = []

    /// Adds records; they can be read after `sync`.
    /// - Parameter mark: where the records come from. It may stand alone, to say that a source is used up.
    package mutating func append(_ block: RecordBlock, from mark: SourceMark? = nil) throws(EdgeAgentError) {
        if let mark { try note(mark) }
        for index in 0..<block.count {
            SegmentFormat.append(block.bytes[block.range(index)], to: &pending)
            nextIndex += 1
            uncounted += 1
            if segments[segments.count - 1].bytes + pending.count >= options.segmentBytes {
                try rotate()
            } else if pending.count >= 1 << 20 {
                try flush()
            }
        }
        if unsyncedBytes + pending.count >= options.syncEveryBytes { try sync() }
    }

    private mutating func note(_ mark: SourceMark) throws(EdgeAgentError) {
        countTaken()
        state.apply(mark, at: nextIndex)
        try SegmentFormat.append(control: SegmentFormat.Control(source: mark), to: &pending)
    }

    /// Returns when all appended records are on the disk.
    package mutating func sync() throws(EdgeAgentError) {
        try flush()
        if unsyncedBytes > 0 {
            try active.sync()
            unsyncedBytes = 0
        }
        durableIndex = nextIndex - 1
    }

    private mutating func flush() throws(EdgeAgentError) {
        guard !pending.isEmpty else { return }
        try active.write(pending, at: segments[segments.count - 1].bytes)
        segments[segments.count - 1].bytes += pending.count
        unsyncedBytes += pending.count
        pending.removeAll(keepingCapacity: true)
    }

    /// Closes the active segment and begins the next one.
    mutating func rotate() throws(EdgeAgentError) {
        try sync()
        countTaken()
        state.prune(acknowledged: acknowledgedIndex)
        let head = try SegmentFormat.head(first: nextIndex, state: state)
        let path = path(first: nextIndex)
        try Files.replace(path, with: head)
        active = try File(path, for: .writing)
        if segments.last?.first == nextIndex { segments.removeLast() }
        segments.append(Segment(first: nextIndex, bytes: head.count))
        cursor = nil
        try forgetAcknowledged()
        try keepToCap()
    }

    /// Records the server's word: everything up to the index is stored there. A lower index than before rewinds.
    package mutating func acknowledge(through index: Int64) throws(EdgeAgentError) {
        guard index != acknowledgedIndex else { return }
        acknowledgedIndex = index
        highestAcknowledged = max(highestAcknowledged, index)
        let removable = segments.count > 1 && segments[1].first <= index + 1
        // Losing the newest position only makes the agent send a batch again; losing segments needs a durable one.
        try Files.replace(directory + "/acked", with: Array("\(index)\n".utf8), durable: removable)
        try forgetAcknowledged()
        refused = refused.filter { $0 > index }
    }

    private mutating func forgetAcknowledged() throws(EdgeAgentError) {
        while segments.count > 1, segments[1].first <= acknowledgedIndex + 1 { try removeOldest() }
    }

    private mutating func keepToCap() throws(EdgeAgentError) {
        while segments.count > 1, sizeBytes > options.capBytes {
            let first = max(segments[0].first, acknowledgedIndex + 1)
            droppedRecords += max(0, segments[1].first - first)
            try removeOldest()
        }
    }

    private mutating func removeOldest() throws(EdgeAgentError) {
        try Files.remove(path(first: segments[0].first))
        segments.removeFirst()
    }

    /// From the next record on, numbers begin again at 1 under a new epoch: for a new identity, or when the server
    /// knows numbers that this log has lost. Records that are not acknowledged move to the new epoch.
    package mutating func beginEpoch() throws(EdgeAgentError) {
        try sync()
        let first = acknowledgedIndex + 1
        state.epochs.removeAll { $0.firstIndex >= first }
        state.epochs.append(StreamEpoch(id: Self.epochID(time, random), firstIndex: first))
        try rotate()
    }

    /// Marks a record that the server will never take; the reader gives a gap in its place.
    package mutating func refuse(_ index: Int64) { refused.insert(index) }

    /// The same for a record by its number, if its epoch is still known.
    package mutating func refuse(epoch: String, sequence: Int64) {
        guard let known = state.epochs.first(where: { $0.id == epoch }) else { return }
        refused.insert(known.index(of: sequence))
    }

    /// Where reading of a source file stopped, if the log knows the file.
    package mutating func position(of path: String) -> SourcePosition? {
        countTaken()
        return state.sources[path]
    }

    /// The epoch that holds an index.
    package func epoch(at index: Int64) -> StreamEpoch { state.epoch(at: index).epoch }

    /// Bytes of all segments, with what is not yet written.
    package var sizeBytes: Int { segments.reduce(pending.count) { $0 + $1.bytes } }

    mutating func countTaken() {
        state.take(uncounted)
        uncounted = 0
    }

    func path(first: Int64) -> String { directory + "/" + SegmentFormat.name(first: first) }

    static func epochID(_ time: any TimeSource, _ random: any RandomSource) -> String {
        UUIDv7.make(time: time, random: random).text
    }
}
