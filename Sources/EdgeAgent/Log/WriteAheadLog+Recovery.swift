package import Domain

extension WriteAheadLog {
    /// What the segment files of a directory hold.
    private struct Recovered {
        var segments: [Segment]
        var scan: SegmentScan
        /// Something was cut off or lost: later records need a new epoch.
        var isCut: Bool
        var notes: [String]
    }

    /// Opens the log of a directory, makes it when there is none, and repairs what a crash left behind.
    ///
    /// The caller holds the `DirectoryLock`.
    /// - Throws: `EdgeAgentError` with code `storage`.
    package init(
        directory: String, options: Options = Options(), time: any TimeSource, random: any RandomSource
    ) throws(EdgeAgentError) {
        try Files.makeDirectory(directory)
        let acknowledged = try Self.acknowledged(in: directory)
        let recovered = try Self.recover(directory)
        let next = max(recovered?.scan.nextIndex ?? 1, (acknowledged ?? 0) + 1)
        let newEpoch = StreamEpoch(id: Self.epochID(time, random), firstIndex: next)
        var state = recovered?.scan.state ?? LogState(epochs: [newEpoch])
        var segments = recovered?.segments ?? []
        let isCut = recovered.map { $0.isCut || next > $0.scan.nextIndex } ?? false
        if isCut { state.epochs.append(newEpoch) }
        if isCut || recovered == nil {
            let head = try SegmentFormat.head(first: next, state: state)
            try Files.replace(directory + "/" + SegmentFormat.name(first: next), with: head)
            if segments.last?.first == next { segments.removeLast() }
            segments.append(Segment(first: next, bytes: head.count))
        }
        let active = try File(
            directory + "/" + SegmentFormat.name(first: segments[segments.count - 1].first), for: .writing)
        // What the page cache of a killed process still held was readable above; readers rely on its being durable.
        try active.sync()
        let known = acknowledged ?? (recovered?.segments.first?.first ?? next) - 1
        if acknowledged == nil { try Files.replace(directory + "/acked", with: Array("\(known)\n".utf8)) }
        self.directory = directory
        self.options = options
        self.time = time
        self.random = random
        self.segments = segments
        self.active = active
        self.state = state
        nextIndex = next
        durableIndex = next - 1
        acknowledgedIndex = known
        highestAcknowledged = known
        recoveryNotes = recovered?.notes ?? []
    }

    /// Finds the newest segment that can be understood, and cuts what follows its last good record.
    private static func recover(_ directory: String) throws(EdgeAgentError) -> Recovered? {
        var found: [Segment] = []
        for name in try Files.names(in: directory) {
            if name.hasSuffix(".tmp") { try Files.remove(directory + "/" + name) }
            guard let first = SegmentFormat.first(name: name) else { continue }
            let size = try Files.sizeBytes(directory + "/" + name)
            found.append(Segment(first: first, bytes: size))
        }
        var notes: [String] = []
        while let last = found.last {
            let path = directory + "/" + SegmentFormat.name(first: last.first)
            guard let bytes = try Files.contents(path), let scan = SegmentScan(bytes, first: last.first) else {
                try Files.rename(path, to: path + ".damaged")
                notes.append("a log segment is damaged and was set aside as \(path).damaged")
                found.removeLast()
                continue
            }
            if !scan.isWhole {
                try cut(path, to: scan.validBytes)
                notes.append("\(bytes.count - scan.validBytes) bytes at the end of the log were no whole record")
            }
            found[found.count - 1].bytes = scan.validBytes
            return Recovered(
                segments: found, scan: scan, isCut: !scan.isWhole || !notes.isEmpty, notes: notes)
        }
        return nil
    }

    private static func cut(_ path: String, to size: Int) throws(EdgeAgentError) {
        let file = try File(path, for: .writing)
        try file.truncate(to: size)
        try file.sync()
    }

    /// The acknowledged index that was stored last, if the file is there and sound.
    static func acknowledged(in directory: String) throws(EdgeAgentError) -> Int64? {
        guard let bytes = try Files.contents(directory + "/acked"), bytes.last == UInt8(ascii: "\n") else { return nil }
        return Int64(String(decoding: bytes.dropLast(), as: UTF8.self))
    }
}

/// What `drover-engine status` tells of a log; made without changing anything, also while an agent runs.
package struct LogStatus: Sendable, Equatable {
    /// Records that the server has not acknowledged.
    package let depth: Int64
    /// The epoch and number of the last acknowledged record; number 0 when there is none in the epoch.
    package let epoch: String
    package let lastAcknowledged: Int64
    /// Bytes of all segments.
    package let sizeBytes: Int

    /// - Returns: `nil` when the directory holds no readable log.
    package init?(directory: String) throws(EdgeAgentError) {
        guard Files.exists(directory) else { return nil }
        let firsts = try Files.names(in: directory).compactMap { SegmentFormat.first(name: $0) }
        guard let oldest = firsts.first else { return nil }
        // A running agent may remove the oldest ones meanwhile.
        let sizes = firsts.map { (try? Files.sizeBytes(directory + "/" + SegmentFormat.name(first: $0))) ?? 0 }
        var newest: SegmentScan?
        for first in firsts.reversed() where newest == nil {
            let bytes = try Files.contents(directory + "/" + SegmentFormat.name(first: first))
            newest = bytes.flatMap { SegmentScan($0, first: first) }
        }
        guard let scan = newest else { return nil }
        let acknowledged = try WriteAheadLog.acknowledged(in: directory) ?? oldest - 1
        let epoch = scan.state.epoch(at: max(acknowledged, 1)).epoch
        depth = max(0, scan.nextIndex - 1 - acknowledged)
        self.epoch = epoch.id
        lastAcknowledged = max(0, epoch.sequence(of: acknowledged))
        sizeBytes = sizes.reduce(0, +)
    }
}
