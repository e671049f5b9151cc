import Domain
import EdgeAgent
import FoundationEssentials
import Testing

@Suite(.timeLimit(.minutes(4))) struct WriteAheadLogTests {
    private let folder: TemporaryDirectory
    private var path: String { folder.path + "/wal" }

    init() throws { folder = try TemporaryDirectory() }

    private func onlySegment() throws -> URL {
        let names = try folder.names("wal").filter { $0.hasSuffix(".seg") }
        return URL(filePath: path + "/" + (try #require(names.last)))
    }

    @Test func `records come back in order with numbers from one`() throws {
        var log = try WriteAheadLog.testing(path)
        try log.add(records(1...5))
        let chunk = try #require(try log.read(from: 1, limit: .init(records: 3, bytes: 1000)))
        #expect(chunk.lines == records(1...3))
        #expect(chunk.firstSequence == 1 && chunk.lastSequence == 3 && chunk.gap == nil)
        #expect(try log.read(from: 4, limit: .init(records: 3, bytes: 1000))?.lines == records(4...5))
        #expect(try log.read(from: 6, limit: .init(records: 3, bytes: 1000)) == nil)
    }

    @Test func `a record that was not synced can't be read`() throws {
        var log = try WriteAheadLog.testing(path)
        try log.append(RecordBlock("{}"))
        #expect(try log.read(from: 1, limit: .init(records: 1, bytes: 100)) == nil)
        try log.sync()
        #expect(try log.read(from: 1, limit: .init(records: 1, bytes: 100)) != nil)
    }

    @Test func `the byte limit ends a chunk, but one record always fits`() throws {
        var log = try WriteAheadLog.testing(path)
        try log.add(records(1...4))
        #expect(try log.read(from: 1, limit: .init(records: 9, bytes: 16))?.count == 2)
        #expect(try log.read(from: 1, limit: .init(records: 9, bytes: 1))?.count == 1)
    }

    @Test func `a log opened again goes on with its epoch and numbers`() throws {
        var epoch: StreamEpoch?
        do {
            var log = try WriteAheadLog.testing(path, segmentBytes: 300)
            try log.add(records(1...40))
            epoch = log.epoch(at: 40)
        }
        var log = try WriteAheadLog.testing(path, segmentBytes: 300)
        try log.add(records(41...60))
        #expect(try log.all() == records(1...60))
        #expect(log.epoch(at: 60) == epoch)
        #expect(log.recoveryNotes.isEmpty)
    }

    @Test(arguments: 1...15) func `a torn last record is cut off at whatever byte it ends`(_ lost: Int) throws {
        // Frame of 8 bytes and payload of 7: every byte of the last record.
        do {
            var log = try WriteAheadLog.testing(path)
            try log.add(records(1...3))
        }
        let segment = try onlySegment()
        let whole = try Data(contentsOf: segment)
        try whole.dropLast(lost).write(to: segment)
        var log = try WriteAheadLog.testing(path)
        #expect(try log.all() == records(1...2))
        try log.add(records(7...8))
        #expect(try log.all() == records(1...2) + records(7...8))
        // The cut record may have been shipped as number 3, so number 3 of that epoch is never given again; a file that
        // ends exactly between two records shows no cut.
        #expect((log.epoch(at: 3).id != log.epoch(at: 2).id) == (lost < 15))
    }

    @Test(arguments: 0..<15) func `a damaged byte of the last record is found by its checksum`(_ at: Int) throws {
        do {
            var log = try WriteAheadLog.testing(path)
            try log.add(records(1...3))
        }
        let segment = try onlySegment()
        var bytes = try Data(contentsOf: segment)
        bytes[bytes.count - 15 + at] ^= 0x20
        try bytes.write(to: segment)
        var log = try WriteAheadLog.testing(path)
        #expect(try log.all() == records(1...2))
        #expect(log.epoch(at: 3).firstIndex == 3)
        #expect(!log.recoveryNotes.isEmpty)
    }

    @Test func `damage inside a closed segment becomes a gap and the rest is read`() throws {
        do {
            var log = try WriteAheadLog.testing(path, segmentBytes: 400)
            try log.add(records(1...60))
        }
        let names = try folder.names("wal").filter { $0.hasSuffix(".seg") }
        #expect(names.count > 2)
        let first = URL(filePath: path + "/" + names[0])
        var bytes = try Data(contentsOf: first)
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: first)
        let second = try #require(Int(names[1].dropLast(4)))
        var log = try WriteAheadLog.testing(path, segmentBytes: 400)
        let gap = "{\"gap\":{\"from\":\(second - 1),\"to\":\(second - 1),\"reason\":\"damaged\"}}"
        #expect(try log.all() == records(1...second - 2) + [gap] + records(second...60))
    }

    @Test func `a segment whose head is damaged is set aside and its numbers are not used again`() throws {
        var before: StreamEpoch?
        do {
            var log = try WriteAheadLog.testing(path)
            try log.add(records(1...3))
            before = log.epoch(at: 3)
        }
        let segment = try onlySegment()
        var bytes = try Data(contentsOf: segment)
        bytes[3] ^= 1
        try bytes.write(to: segment)
        var log = try WriteAheadLog.testing(path)
        try log.add(records(4...4))
        #expect(log.epoch(at: log.nextIndex - 1).id != before?.id)
        #expect(try folder.names("wal").contains { $0.hasSuffix(".damaged") })
    }

    @Test func `over the cap the oldest segments go and the reader gets one gap for them`() throws {
        var log = try WriteAheadLog.testing(path, segmentBytes: 1 << 10, capBytes: 4 << 10)
        try log.add(records(1...1000))
        #expect(log.sizeBytes <= 5 << 10)
        let chunk = try #require(try log.read(from: 1, limit: .init(records: 10, bytes: 1000)))
        #expect(chunk.gap == .bufferFull && chunk.firstSequence == 1)
        #expect(Int64(chunk.count) == log.droppedRecords)
        #expect(
            chunk.lines == ["{\"gap\":{\"from\":1,\"to\":\(chunk.lastSequence),\"reason\":\"buffer_full\"}}"])
        #expect(try log.all(from: chunk.lastIndex + 1) == records(Int(chunk.lastIndex) + 1...1000))
    }

    @Test func `an acknowledgement survives a restart and frees its segments`() throws {
        do {
            var log = try WriteAheadLog.testing(path, segmentBytes: 1 << 10)
            try log.add(records(1...300))
            try log.acknowledge(through: 250)
        }
        var log = try WriteAheadLog.testing(path, segmentBytes: 1 << 10)
        #expect(log.acknowledgedIndex == 250)
        #expect(try log.all(from: 251) == records(251...300))
        #expect(log.sizeBytes < 4 << 10)
        #expect(try LogStatus(directory: path)?.depth == 50)
    }

    @Test func `records that the server asks for again but are gone are told as forgotten`() throws {
        var log = try WriteAheadLog.testing(path, segmentBytes: 1 << 10)
        try log.add(records(1...300))
        try log.acknowledge(through: 299)
        try log.acknowledge(through: 10)
        let chunk = try #require(try log.read(from: 11, limit: .init(records: 10, bytes: 1000)))
        #expect(chunk.gap == .forgotten && chunk.firstSequence == 11)
    }

    @Test func `a lost log gets a new epoch that begins with one`() throws {
        var log = try WriteAheadLog.testing(path)
        try log.add(records(1...3))
        try log.acknowledge(through: 2)
        let before = log.epoch(at: 3)
        for name in try folder.names("wal") where name.hasSuffix(".seg") {
            try FileManager.default.removeItem(atPath: path + "/" + name)
        }
        var again = try WriteAheadLog.testing(path)
        try again.add(records(9...9))
        let chunk = try #require(try again.read(from: again.nextIndex - 1, limit: .init(records: 1, bytes: 99)))
        #expect(chunk.epoch.id != before.id && chunk.firstSequence == 1 && chunk.lines == records(9...9))
    }

    @Test func `a new epoch renumbers what is not acknowledged`() throws {
        var log = try WriteAheadLog.testing(path)
        try log.add(records(1...10))
        try log.acknowledge(through: 4)
        try log.beginEpoch()
        let chunk = try #require(try log.read(from: 5, limit: .init(records: 100, bytes: 1000)))
        #expect(chunk.firstSequence == 1 && chunk.lines == records(5...10))
    }

    @Test func `refused records become gaps, neighbours one gap`() throws {
        var log = try WriteAheadLog.testing(path)
        try log.add(records(1...6))
        for index in [2, 3, 6] { log.refuse(Int64(index)) }
        #expect(
            try log.all() == records(1...1) + ["{\"gap\":{\"from\":2,\"to\":3,\"reason\":\"refused\"}}"]
                + records(4...5) + ["{\"gap\":{\"from\":6,\"to\":6,\"reason\":\"refused\"}}"])
    }

    @Test func `epoch ids are time-ordered UUIDs`() {
        let id = UUIDv7.make(time: FixedTime(), random: FixedRandom(byte: 0xFF)).text
        #expect(id == "01a3185c-5000-7fff-bfff-ffffffffffff")
    }

    @Test func `a second agent is kept out of the directory`() throws {
        let first = try DirectoryLock(folder.path)
        #expect { _ = try DirectoryLock(folder.path) } throws: { ($0 as? EdgeAgentError)?.code == .inUse }
        withExtendedLifetime(first) {}
    }
}
