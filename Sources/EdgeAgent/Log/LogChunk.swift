/// A run of records of one epoch as a batch carries them, or the note that a run of them is missing.
///
/// A gap is shipped as a batch whose body is exactly one line, `{"gap":{"from":A,"to":B,"reason":"…"}}`, with
/// `X-First-Seq: A` and `X-Count: B - A + 1`: the gap record takes the place of all records of its range, so that the
/// numbers the server has seen stay without a jump. Reasons are those of `Gap`.
package struct LogChunk: Sendable, Equatable {
    package let epoch: StreamEpoch
    /// Log index of the first record.
    package let firstIndex: Int64
    /// How many sequence numbers it covers.
    package let count: Int
    /// NDJSON: each record with a line feed.
    package let bytes: [UInt8]
    /// Why the records are missing; `nil` when they are here.
    package let gap: Gap?

    /// Why a range of records can't be shipped.
    package enum Gap: String, Sendable, Hashable {
        /// The size cap dropped them.
        case bufferFull = "buffer_full"
        /// Their bytes on the disk are damaged.
        case damaged
        /// The server refused the record; it stands in `dead-letter.ndjson`.
        case refused
        /// They were acknowledged before, and the server no longer knows them.
        case forgotten
    }

    /// How large a chunk may be.
    package struct Limit: Sendable, Equatable {
        package var records: Int
        /// Of NDJSON; one record may exceed it.
        package var bytes: Int
        package init(records: Int, bytes: Int) {
            self.records = records
            self.bytes = bytes
        }
    }

    package var lastIndex: Int64 { firstIndex + Int64(count) - 1 }
    package var firstSequence: Int64 { epoch.sequence(of: firstIndex) }
    package var lastSequence: Int64 { epoch.sequence(of: lastIndex) }

    /// Records.
    init(epoch: StreamEpoch, firstIndex: Int64, count: Int, bytes: [UInt8]) {
        self.epoch = epoch
        self.firstIndex = firstIndex
        self.count = count
        self.bytes = bytes
        gap = nil
    }

    /// A gap over a range of indexes.
    init(epoch: StreamEpoch, missing range: ClosedRange<Int64>, because gap: Gap) {
        self.epoch = epoch
        firstIndex = range.lowerBound
        count = range.count
        self.gap = gap
        let from = epoch.sequence(of: range.lowerBound)
        let to = epoch.sequence(of: range.upperBound)
        bytes = Array("{\"gap\":{\"from\":\(from),\"to\":\(to),\"reason\":\"\(gap.rawValue)\"}}\n".utf8)
    }
}
