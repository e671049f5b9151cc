import Domain
import Foundation
import ModelFormats
import TestSupport
import Testing

/// How much of a large file is looked at.
struct LargeFileTests {
    private static func varint(_ value: Int) -> [UInt8] {
        value < 128 ? [UInt8(value)] : [UInt8(value & 127) | 128] + varint(value >> 7)
    }
    private static func field(_ number: Int, _ body: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(body.count) + body
    }
    private static func named(_ number: Int, _ name: String) -> [UInt8] { field(number, field(1, Array(name.utf8))) }

    /// The head and the tail of a model whose one initializer has `weights` bytes between them.
    private static func model(weights: Int) -> (head: [UInt8], tail: [UInt8]) {
        let names = named(11, "x") + named(12, "y")
        let tensor = field(8, Array("w".utf8)) + varint(9 << 3 | 2) + varint(weights)
        let initializer = varint(5 << 3 | 2) + varint(tensor.count + weights) + tensor
        let graph = names + initializer
        let head = [8, 8] + varint(7 << 3 | 2) + varint(graph.count + weights) + graph
        return (head, field(8, field(1, []) + [0x10, 17]))
    }

    @Test func `of 500 MiB with its weights in one place less than 5 MiB are read`() throws {
        let weights = 500 << 20
        let (head, tail) = Self.model(weights: weights)
        // A sparse file: the weights are a hole.
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("onnx-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(FileManager.default.createFile(atPath: path, contents: Data(head)))
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        try file.seek(toOffset: UInt64(head.count + weights))
        try file.write(contentsOf: tail)
        try file.seek(toOffset: 0)

        var inspector = ONNXInspector()
        var readBytes = 0
        while let piece = try file.read(upToCount: 64 << 10), !piece.isEmpty {
            readBytes += piece.count
            let bytes = Array(piece)
            try inspector.consume(bytes.span)
            let unneeded = inspector.unneededBytes
            if unneeded > 0 {
                inspector.skip(unneeded)
                try file.seek(toOffset: try file.offset() + unneeded)
            }
        }
        let inspection = try inspector.finish()
        #expect(inspection.inputs.map(\.name) == ["x"])
        #expect(inspection.opsets["ai.onnx"] == 17)
        #expect(readBytes < 5 << 20)
    }

    @Test func `weights that stream by are not looked at`() throws {
        let (head, tail) = Self.model(weights: 64 << 20)
        var inspector = ONNXInspector()
        try inspector.consume(head.span)
        let piece = [UInt8](repeating: 0xFF, count: 1 << 20)
        for _ in 0..<64 { try inspector.consume(piece.span) }
        try inspector.consume(tail.span)
        #expect(try inspector.finish().outputs.map(\.name) == ["y"])
        #expect(inspector.readBytes < 1000)
    }

    @Test func `a shape without end is refused`() throws {
        func file(_ dimensions: Int) -> [UInt8] {
            let shape = Self.field(2, Array(repeating: [0x0A, 0] as [UInt8], count: dimensions).flatMap(\.self))
            let input = Self.field(11, Self.field(1, [0x78]) + Self.field(2, Self.field(1, [8, 1] + shape)))
            return [8, 8] + Self.field(7, input + Self.named(12, "y"))
        }
        #expect(try Inspection.rule(.onnx, "m.onnx", file(8)) == nil)
        #expect(try Inspection.rule(.onnx, "m.onnx", file(10_000)) == "onnx")
    }

    @Test func `weights in other files are refused by name`() throws {
        let entry = Self.field(13, Self.field(1, Array("location".utf8)) + Self.field(2, Array("../weights.bin".utf8)))
        let graph = Self.named(11, "x") + Self.named(12, "y") + Self.field(5, Self.field(8, Array("w".utf8)) + entry)
        #expect(try Inspection.rule(.onnx, "m.onnx", [8, 8] + Self.field(7, graph)) == "external_data")
    }
}
