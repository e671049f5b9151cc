import EdgeAgent
import FoundationEssentials
import Testing

@Suite(.timeLimit(.minutes(4))) struct RecordReaderTests {
    private let folder: TemporaryDirectory
    private var path: String { folder.path + "/wal" }

    init() throws { folder = try TemporaryDirectory() }

    /// Opens the log, reads the file into it, and gives all records of the log.
    @discardableResult
    private func take(_ file: String, again: Bool = false, segmentBytes: Int = 8 << 20) async throws -> (
        summary: RecordReader.Summary, log: [String]
    ) {
        let queue = LogQueue(try WriteAheadLog.testing(path, segmentBytes: segmentBytes), roomBytes: nil)
        let reader = RecordReader(try InputFile(file), into: queue, ignoresPosition: again, chunkBytes: 64)
        let summary = await reader.run()
        await queue.close()
        var lines: [String] = []
        var next: Int64 = 1
        while let chunk = try await queue.next(from: next, limit: .init(records: 1000, bytes: 1 << 20)) {
            lines += chunk.lines
            next = chunk.lastIndex + 1
        }
        return (summary, lines)
    }

    private func ndjson(_ range: ClosedRange<Int>) -> String { records(range).map { $0 + "\n" }.joined() }
    private func array(_ range: ClosedRange<Int>) -> String { "[" + records(range).joined(separator: ",\n ") + "]" }

    @Test func `a file is taken in once, and what was added to it later`() async throws {
        let file = try folder.write("in.ndjson", ndjson(1...50))
        #expect(try await take(file).log == records(1...50))
        #expect(try await take(file).summary.taken == 0)
        let handle = try File(file, for: .writing)
        try handle.write(Array(ndjson(51...60).utf8), at: handle.sizeBytes())
        #expect(try await take(file).log == records(1...60))
    }

    @Test(arguments: [1, 2, 8])
    func `a last line that is still being written is left for the next time`(_ cut: Int) async throws {
        let whole = Array(ndjson(1...10).utf8)
        let file = try folder.write("in.ndjson", String(decoding: whole.dropLast(cut), as: UTF8.self))
        let before = try await take(file)
        #expect(before.summary.refused.isEmpty)
        // A record without its line feed is whole.
        #expect(before.log == records(1...(cut == 1 ? 10 : 9)))
        let handle = try File(file, for: .writing)
        try handle.write(Array(whole.suffix(cut)), at: handle.sizeBytes())
        let after = try await take(file)
        #expect(after.summary.refused.isEmpty)
        #expect(after.log == records(1...10))
    }

    @Test func `a file with other contents at the same path is another file`() async throws {
        let file = try folder.write("in.ndjson", ndjson(1...50))
        try await take(file)
        let handle = try File(file, for: .writing)
        try handle.truncate(to: 0)
        try handle.write(Array(ndjson(101...160).utf8), at: 0)
        #expect(try await take(file).log == records(1...50) + records(101...160))
    }

    @Test func `a file is read again from its beginning when that is asked for`() async throws {
        let file = try folder.write("in.ndjson", ndjson(1...5))
        try await take(file)
        #expect(try await take(file, again: true).log == records(1...5) + records(1...5))
    }

    @Test(arguments: [true, false]) func `whatever part of the log a crash leaves, no record is taken twice or lost`(
        _ isArray: Bool
    ) async throws {
        let file = try folder.write("in", isArray ? array(1...40) : ndjson(1...40))
        try await take(file, segmentBytes: 1500)
        let names = try folder.names("wal").filter { $0.hasSuffix(".seg") }
        #expect(names.count > 1)
        let last = URL(filePath: path + "/" + (try #require(names.last)))
        let whole = try Data(contentsOf: last)
        let first = Int64(try #require(names.last).dropLast(4))
        let head = try #require(try? headBytes(whole))
        for size in head...whole.count {
            try whole.prefix(size).write(to: last)
            let result = try await take(file, segmentBytes: 1 << 20)
            #expect(result.log == records(1...40), "cut at byte \(size) of the segment from \(first ?? 0)")
            for name in try folder.names("wal") where name.hasSuffix(".seg") && !names.contains(name) {
                try FileManager.default.removeItem(atPath: path + "/" + name)
            }
        }
    }

    /// Bytes of a segment's header and the state behind it, which are written atomically.
    private func headBytes(_ segment: Data) throws -> Int {
        let length = segment[20..<24].reversed().reduce(0) { $0 << 8 | Int($1) } & 0x7FFF_FFFF
        return 28 + length
    }

    @Test func `positions of several files do not mix`() async throws {
        let one = try folder.write("one", ndjson(1...30))
        let two = try folder.write("two", ndjson(31...60))
        try await take(one, segmentBytes: 1500)
        try await take(two, segmentBytes: 1500)
        try await take(one, segmentBytes: 1500)
        #expect(try await take(two, segmentBytes: 1500).log == records(1...60))
    }

    @Test func `refused records are told with their lines and the rest is taken`() async throws {
        let file = try folder.write("in.ndjson", ndjson(1...2) + "oops\n" + ndjson(3...3))
        let result = try await take(file)
        #expect(result.log == records(1...3))
        #expect(result.summary.refusedCount == 1 && result.summary.refused.first?.line == 3)
    }

    @Test func `a broken array keeps what came before it and tells the place`() async throws {
        let file = try folder.write("in.json", "[{\"n\":1},\n{\"n\":2},\n 3]")
        let result = try await take(file)
        #expect(result.log == records(1...2))
        #expect(result.summary.failure?.code == .badInput)
        #expect(result.summary.failure?.message.contains("line 3") == true)
        #expect(try await take(file).log == records(1...2))
    }

    @Test func `a file that is not there is told as missing input`() throws {
        #expect { _ = try InputFile(folder.path + "/none") } throws: { ($0 as? EdgeAgentError)?.code == .noInput }
    }
}
