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

    /// Gives the bytes as the server does, in the pieces that it gets.
    private static func readBytes(
        _ inspector: inout some FormatInspector, _ head: [UInt8], weights: Int, _ tail: [UInt8]
    ) throws -> Int {
        let piece = [UInt8](repeating: 0xFF, count: 64 << 10)
        var read = 0
        func give(_ bytes: [UInt8]) throws { read += try inspector.take(bytes.span) ? bytes.count : 0 }
        try give(head)
        for place in stride(from: 0, to: weights, by: piece.count) {
            try give(weights - place < piece.count ? Array(piece[..<(weights - place)]) : piece)
        }
        try give(tail)
        return read
    }

    @Test func `of 500 MiB with its weights in one place less than 5 MiB are read`() throws {
        let weights = 500 << 20
        let (head, tail) = Self.model(weights: weights)
        var inspector = ONNXInspector()
        let read = try Self.readBytes(&inspector, head, weights: weights, tail)
        let inspection = try inspector.finish()
        #expect(inspection.inputs.map(\.name) == ["x"])
        #expect(inspection.opsets["ai.onnx"] == 17)
        #expect(read < 5 << 20)
    }

    @Test(arguments: [64 << 20, (64 << 20) + 17]) func `the arrays of a pickle are passed over`(size: Int) throws {
        let head = [0x80, 4] + Array("csklearn.svm\nSVC\n0".utf8) + [0x8E] + ZipMaker.le(UInt64(size))
        var inspector = try FormatInspectors.make(.sklearn, fileName: "m.pkl", unpackedLimit: 1 << 40)
        var read = 0
        let piece = [UInt8](repeating: 0xFF, count: 64 << 10)
        read += try inspector.take(head.span) ? head.count : 0
        for place in stride(from: 0, to: size, by: piece.count) {
            let part = Array(piece[..<min(piece.count, size - place)])
            read += try inspector.take(part.span) ? part.count : 0
        }
        // An import whose name was pushed before the array is hidden behind it.
        try inspector.take([0x30, 0x2E].span)
        #expect(try inspector.finish().pickle?.globals == ["sklearn.svm.SVC"])
        #expect(read < 1000)
    }

    @Test func `an array that is passed over leaves the stack as one that is read`() throws {
        func text(_ value: String) -> [UInt8] { [0x8C, UInt8(value.utf8.count)] + Array(value.utf8) }
        let start = [0x80, 4] + Array("csklearn.svm\nSVC\n0".utf8) + text("sklearn.a") + text("B")
        let array = [UInt8](repeating: 0xFF, count: 100)
        for piece in [7, 100, 1000] {
            var inspector = try FormatInspectors.make(.sklearn, fileName: "m.pkl", unpackedLimit: 1 << 40)
            try inspector.take((start + [0x8E] + ZipMaker.le(UInt64(100))).span)
            for place in stride(from: 0, to: 100, by: piece) {
                try inspector.take(Array(array[place..<min(100, place + piece)]).span)
            }
            // The array is on the top, so there is no name that could be imported.
            #expect(throws: Refusal.self) { try inspector.take([0x93, 0x2E].span) }
        }
    }

    @Test func `a field that ends behind its message is refused when it is passed over`() throws {
        // A tensor of two bytes: the tag of eight, of which there is one.
        let graph = Self.named(11, "x") + Self.named(12, "y") + Self.field(5, [0x09 | 2 << 3, 0])
        var inspector = ONNXInspector()
        #expect(throws: Refusal.self) {
            let bytes = [8, 8] + Self.field(7, graph)
            for byte in bytes { try inspector.take([byte].span) }
            try inspector.take([0, 0, 0, 0, 0, 0, 0].span)
            _ = try inspector.finish()
        }
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
