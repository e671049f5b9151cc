/// Records that follow one another in memory: the unit in which they go from a source into the log.
package struct RecordBlock: Sendable, Equatable {
    /// The payloads, nothing between them. No payload holds a line feed.
    package private(set) var bytes: [UInt8] = []
    /// Where each payload ends.
    package private(set) var ends: [Int] = []

    package init() {}

    /// One record.
    package init(_ record: String) {
        append(Array(record.utf8)[...])
    }

    package var count: Int { ends.count }
    package var isEmpty: Bool { ends.isEmpty }

    /// Adds a payload.
    package mutating func append(_ payload: ArraySlice<UInt8>) {
        bytes.append(contentsOf: payload)
        ends.append(bytes.count)
    }

    /// The place of one payload in `bytes`.
    package func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

    /// Removes records from the front.
    package mutating func removeFirst(_ number: Int) {
        guard number > 0 else { return }
        let cut = ends[number - 1]
        bytes.removeFirst(cut)
        ends.removeFirst(number)
        for index in ends.indices { ends[index] -= cut }
    }

    /// Keeps the records whose index passes.
    package func filtered(_ keep: (Int) -> Bool) -> RecordBlock {
        var kept = RecordBlock()
        for index in ends.indices where keep(index) { kept.append(bytes[range(index)]) }
        return kept
    }
}
