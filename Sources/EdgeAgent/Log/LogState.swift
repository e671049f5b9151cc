/// What the log knows beside its records. It stands at the head of every segment, so that a segment can be understood
/// without the ones before it, and changes in one step with the records around it.
struct LogState: Codable, Sendable, Equatable {
    /// In order of `firstIndex`; never empty.
    var epochs: [StreamEpoch]
    /// How far each source file has been taken in, by absolute path.
    var sources: [String: SourcePosition] = [:]
    /// The source that the following records come from.
    var current: String?

    /// The epoch that holds the index, and the last index that belongs to it if a later epoch has begun.
    func epoch(at index: Int64) -> (epoch: StreamEpoch, lastIndex: Int64?) {
        let place = epochs.lastIndex { $0.firstIndex <= index } ?? 0
        let next = place + 1 < epochs.count ? epochs[place + 1].firstIndex - 1 : nil
        return (epochs[place], next)
    }

    /// Forgets epochs whose records are all acknowledged, and the oldest sources beyond a thousand.
    mutating func prune(acknowledged: Int64) {
        while epochs.count > 1, epochs[1].firstIndex <= acknowledged + 1 { epochs.removeFirst() }
        while sources.count > 1_000, let oldest = sources.min(by: { $0.value.usedAt < $1.value.usedAt })?.key {
            sources[oldest] = nil
        }
    }

    /// Applies what a control record says.
    mutating func apply(_ mark: SourceMark, at index: Int64) {
        current = mark.path
        guard let path = mark.path, var position = mark.position else { return }
        position.usedAt = index
        sources[path] = position
    }

    /// Counts records that came from the current source.
    mutating func take(_ records: Int64) {
        guard records > 0, let current else { return }
        sources[current]?.taken += records
    }
}

/// A numbering of records that the server has never seen with other contents. The record at `firstIndex` of the log has
/// sequence number 1; log indexes themselves are never used twice in a directory.
package struct StreamEpoch: Codable, Sendable, Hashable {
    /// UUID version 7, lower case.
    package let id: String
    /// The log index of sequence number 1.
    package let firstIndex: Int64

    /// The sequence number of a log index.
    package func sequence(of index: Int64) -> Int64 { index - firstIndex + 1 }
    /// The log index of a sequence number.
    package func index(of sequence: Int64) -> Int64 { firstIndex + sequence - 1 }
}

/// A place in a source, from which records were taken.
package struct SourcePosition: Codable, Sendable, Hashable {
    /// Bytes before this offset are dealt with.
    package var offset: Int
    /// Records after `offset` that the log holds already.
    package var taken: Int64 = 0
    /// Line number at `offset`, from 1.
    package var line: Int
    /// Where the scanner stood in the document.
    package var phase: RecordScanner.Phase
    /// Tells whether the file is still the same one; see `InputFile.fingerprint`.
    package var fingerprint: String
    /// Log index at the last use, to forget the oldest.
    package var usedAt: Int64 = 0
}

/// "The records after this come from here": written into the log before the records themselves.
package struct SourceMark: Codable, Sendable, Hashable {
    /// Absolute path; `nil` for sources that can't be read again.
    package var path: String?
    package var position: SourcePosition?

    package init(path: String?, position: SourcePosition?) {
        self.path = path
        self.position = position
    }
}
