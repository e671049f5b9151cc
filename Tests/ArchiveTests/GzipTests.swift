import Archive
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(4))) struct GzipTests {
    @Test(arguments: [0, 1, 511, 65_535, 65_536, 300_000])
    func `what is packed comes back, compressed or stored`(count: Int) throws {
        let bytes = sampleBytes(count)
        for packed in [try Gzip.compress(bytes), try Gzip.compress(bytes, level: 1), Gzip.store(bytes)] {
            #expect(try Gzip.inflate(packed, limit: count) == bytes)
            #expect(packed[4..<8] == [0, 0, 0, 0], "mtime")
        }
        #expect(try Gzip.compress(bytes) == Gzip.compress(bytes))
    }

    @Test func `gzip itself reads both forms`() throws {
        let bytes = sampleBytes(200_000)
        for packed in [try Gzip.compress(bytes), Gzip.store(bytes)] {
            #expect(try run("/usr/bin/gzip", ["-dc"], input: packed) == bytes)
        }
    }

    @Test func `zeros become small and a bomb stops at the limit`() throws {
        let bomb = try Gzip.compress([UInt8](repeating: 0, count: 32 << 20), level: 9)
        #expect(bomb.count < 64 << 10)
        #expect(throws: ArchiveError(.outputTooLarge)) { try Gzip.inflate(bomb, limit: 1 << 20) }

        var reader = try GzipReader(limit: 1 << 20)
        var output: [UInt8] = []
        #expect(throws: ArchiveError(.outputTooLarge)) {
            for byte in bomb { output += try reader.write([byte]) }
        }
        #expect(output.count <= 1 << 20)
    }

    @Test func `the limit itself is allowed and one byte less is not`() throws {
        let packed = try Gzip.compress(sampleBytes(70_000))
        #expect(try Gzip.inflate(packed, limit: 70_000).count == 70_000)
        #expect(throws: ArchiveError(.outputTooLarge)) { try Gzip.inflate(packed, limit: 69_999) }
    }

    struct Damage: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let code: ArchiveError.Code
        let apply: @Sendable ([UInt8]) -> [UInt8]
    }
    static let damages = [
        Damage(testDescription: "nothing at all", code: .truncated) { _ in [] },
        Damage(testDescription: "header only", code: .truncated) { Array($0.prefix(10)) },
        Damage(testDescription: "half", code: .truncated) { Array($0.prefix($0.count / 2)) },
        Damage(testDescription: "without the last byte", code: .truncated) { Array($0.dropLast()) },
        Damage(testDescription: "one byte more", code: .trailingBytes) { $0 + [0] },
        Damage(testDescription: "twice", code: .trailingBytes) { $0 + $0 },
        Damage(testDescription: "wrong checksum", code: .corrupt) {
            Array($0.dropLast(8)) + [1, 2, 3, 4] + $0.suffix(4)
        },
        Damage(testDescription: "wrong length", code: .corrupt) { Array($0.dropLast(4)) + [9, 9, 9, 9] },
        Damage(testDescription: "not gzip", code: .corrupt) { _ in Array("PK\u{3}\u{4} is zip".utf8) },
        Damage(testDescription: "zlib header", code: .corrupt) { _ in [0x78, 0x9C, 3, 0, 0, 0, 0, 1] },
    ]

    @Test(arguments: damages) func `damaged streams are refused`(_ damage: Damage) throws {
        let packed = try Gzip.compress(sampleBytes(5000))
        #expect(throws: ArchiveError(damage.code)) { try Gzip.inflate(damage.apply(packed), limit: 1 << 20) }
    }

    @Test(arguments: [1, 7, 4096]) func `a stream may come in pieces`(piece: Int) throws {
        let bytes = sampleBytes(30_000)
        let packed = try Gzip.compress(bytes)
        var reader = try GzipReader(limit: bytes.count)
        var output: [UInt8] = []
        for start in stride(from: 0, to: packed.count, by: piece) {
            output += try reader.write(Array(packed[start..<min(start + piece, packed.count)]))
        }
        try reader.finish()
        #expect(output == bytes)
        #expect(reader.produced == bytes.count)
    }
}

/// Runs a program over bytes.
func run(_ path: String, _ arguments: [String], input: [UInt8]) throws -> [UInt8] {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try Data(input).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardInput = try FileHandle(forReadingFrom: file)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return Array(bytes)
}
