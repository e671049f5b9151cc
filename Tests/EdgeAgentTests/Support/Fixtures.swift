import Domain
import EdgeAgent
import FoundationEssentials
import Logging
import Synchronization

/// A directory of its own that goes with the value.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/drover-edge-" + SystemRandom().uuid().text
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: path + "/" + name))
        return path + "/" + name
    }

    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path + "/" + name)), as: UTF8.self)
    }

    func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path + "/" + folder).sorted()
    }
}

/// Does not wait; remembers for how long it was asked to.
final class InstantClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        var offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (a: Instant, b: Instant) -> Bool { a.offset < b.offset }
    }

    private let slept = Mutex<[Duration]>([])

    var sleeps: [Duration] { slept.withLock { $0 } }
    var now: Instant { Instant(offset: slept.withLock { $0.reduce(.zero, +) }) }
    var minimumResolution: Duration { .nanoseconds(1) }
    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let span = now.duration(to: deadline)
        slept.withLock { $0.append(span) }
        await Task.yield()
    }
}

/// A time that stands still.
struct FixedTime: TimeSource {
    var date = Date(timeIntervalSince1970: 1_800_000_000)
    func now() -> Date { date }
}

/// The same byte for ever.
struct FixedRandom: RandomSource {
    var byte: UInt8 = 128
    func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: byte, count: count) }
}

extension AgentContext {
    static func testing(_ clock: InstantClock = InstantClock(), giveUpAfter: Duration? = .seconds(3600)) -> AgentContext
    {
        AgentContext(
            time: SystemTime(), random: SystemRandom(), clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, giveUpAfter: giveUpAfter)
    }
}

extension WriteAheadLog {
    /// A log with small segments in a directory.
    static func testing(_ directory: String, segmentBytes: Int = 8 << 20, capBytes: Int = 1 << 30) throws
        -> WriteAheadLog
    {
        var options = Options()
        options.segmentBytes = segmentBytes
        options.capBytes = capBytes
        return try WriteAheadLog(directory: directory, options: options, time: SystemTime(), random: SystemRandom())
    }

    /// Appends records and makes them durable.
    mutating func add(_ records: [String], from mark: SourceMark? = nil) throws {
        var block = RecordBlock()
        for record in records { block.append(Array(record.utf8)[...]) }
        try append(block, from: mark)
        try sync()
    }

    /// Everything from an index on: records as they are, gaps as their line.
    mutating func all(from index: Int64 = 1, limit: LogChunk.Limit = .init(records: 1000, bytes: 1 << 20)) throws
        -> [String]
    {
        var lines: [String] = []
        var next = index
        while let chunk = try read(from: next, limit: limit) {
            lines += chunk.lines
            next = chunk.lastIndex + 1
        }
        return lines
    }
}

extension LogChunk {
    var lines: [String] { String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init) }
}

/// `{"n":1}` and so on.
func records(_ range: ClosedRange<Int>) -> [String] { range.map { "{\"n\":\($0)}" } }

/// A value that several tasks may change.
final class Box<Value: Sendable>: Sendable {
    private let held: Mutex<Value>
    init(_ value: Value) { held = Mutex(value) }
    var value: Value {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }
}
