extension WriteAheadLog {
    /// The durable records from an index on, as many as the limit and the epoch allow; or a gap when the index can't be
    /// read any more.
    /// - Returns: `nil` when nothing durable stands at the index yet.
    /// - Throws: `EdgeAgentError` with code `storage`, also when a record of the active segment is damaged.
    package mutating func read(from index: Int64, limit: LogChunk.Limit) throws(EdgeAgentError) -> LogChunk? {
        guard index <= durableIndex else { return nil }
        let (epoch, epochEnd) = state.epoch(at: index)
        var last = min(epochEnd ?? durableIndex, durableIndex)
        guard let segment = segments.lastIndex(where: { $0.first <= index }) else {
            return missing(index...min(last, segments[0].first - 1), in: epoch, because: .bufferFull)
        }
        if refused.contains(index) {
            var end = index
            while end < last, refused.contains(end + 1) { end += 1 }
            return missing(index...end, in: epoch, because: .refused)
        }
        last = min(last, index + Int64(max(1, limit.records)) - 1)
        if let next = refused.lazy.filter({ $0 > index }).min() { last = min(last, next - 1) }
        let (count, bytes) = try extract(index...last, from: segment, maxBytes: limit.bytes)
        if count > 0 { return LogChunk(epoch: epoch, firstIndex: index, count: count, bytes: bytes) }
        guard segment + 1 < segments.count else {
            throw EdgeAgentError(.storage, "a record of the log in \(directory) is damaged")
        }
        return missing(
            index...min(epochEnd ?? durableIndex, segments[segment + 1].first - 1), in: epoch, because: .damaged)
    }

    private func missing(
        _ range: ClosedRange<Int64>, in epoch: StreamEpoch, because gap: LogChunk.Gap
    ) -> LogChunk {
        let wasThere = range.lowerBound <= highestAcknowledged
        return LogChunk(epoch: epoch, missing: range, because: wasThere && gap == .bufferFull ? .forgotten : gap)
    }

    /// Copies records out of one segment; zero when the first of them is damaged or absent.
    private mutating func extract(
        _ range: ClosedRange<Int64>, from segment: Int, maxBytes: Int
    ) throws(EdgeAgentError) -> (count: Int, bytes: [UInt8]) {
        let file = try File(path(first: segments[segment].first), for: .reading)
        var window = Window(end: segments[segment].bytes, size: 1 << 20)
        var place = start(of: range.lowerBound, in: segments[segment])
        var out: [UInt8] = []
        var count = 0
        window.move(to: place.offset)
        while place.index <= range.upperBound, let frame = try window.frame(at: place.offset, of: file) {
            if !frame.isControl {
                if place.index >= range.lowerBound {
                    guard count == 0 || out.count + frame.payload.count + 1 <= maxBytes else { break }
                    if count == 0 { out.reserveCapacity(min(maxBytes, segments[segment].bytes)) }
                    out.append(contentsOf: window.bytes[frame.payload])
                    out.append(UInt8(ascii: "\n"))
                    count += 1
                }
                place.index += 1
            }
            place.offset += SegmentFormat.frameBytes + frame.payload.count
        }
        cursor = place
        return (count, out)
    }

    /// Where to begin looking for an index: right there when the last read ended there.
    private func start(of index: Int64, in segment: Segment) -> Cursor {
        if let cursor, cursor.segmentFirst == segment.first, cursor.index <= index { return cursor }
        return Cursor(index: segment.first, segmentFirst: segment.first, offset: SegmentFormat.headerBytes)
    }

    /// A part of a segment file in memory.
    private struct Window {
        /// Bytes of the file that may be read.
        let end: Int
        /// How much is read at a time.
        let size: Int
        private(set) var bytes: [UInt8] = []
        private var origin = 0

        init(end: Int, size: Int) {
            self.end = end
            self.size = size
        }

        mutating func move(to offset: Int) {
            origin = offset
            bytes = []
        }

        /// The record at a file offset, with its payload's place in `bytes`; `nil` at the end or at damage.
        mutating func frame(at offset: Int, of file: borrowing File) throws(EdgeAgentError) -> SegmentFormat.Frame? {
            guard offset < end else { return nil }
            switch SegmentFormat.frame(in: bytes, at: offset - origin) {
            case .frame(let frame): return frame
            case .damaged: return nil
            case .incomplete(let needed):
                let wanted = min(max(size, needed), end - offset)
                guard wanted >= needed, bytes.count - (offset - origin) < wanted else { return nil }
                origin = offset
                bytes = try file.read(wanted, at: offset)
                return try self.frame(at: offset, of: file)
            }
        }
    }
}
