import Domain
import Foundation
import ModelFormats
import TestSupport
import Testing

struct ONNXInspectorTests {
    /// A file below Examples/.
    private static func example(_ name: String) throws -> [UInt8] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return Array(try Data(contentsOf: root.appendingPathComponent("Examples/\(name)")))
    }

    /// The whole file in pieces of `size` bytes.
    private static func inspect(_ bytes: [UInt8], pieces size: Int = .max) throws -> ModelInspection {
        var inspector = ONNXInspector()
        var offset = 0
        while offset < bytes.count {
            let end = size == .max ? bytes.count : min(bytes.count, offset + size)
            let piece = Array(bytes[offset..<end])
            try inspector.consume(piece.span)
            offset = end
        }
        return try inspector.finish()
    }

    @Test(.proves("MODEL-63")) func `inputs, outputs, types and shapes are learned`() throws {
        let house = try Self.inspect(try Self.example("house-price/model.onnx"))
        #expect(house.inputs == [.init(name: "tensor", type: "float32", shape: ["?", "18"])])
        #expect(house.outputs == [.init(name: "variable", type: "float32", shape: ["?", "1"])])
        #expect(house.irVersion == 8)
        #expect(house.opsets["ai.onnx"] == 17)
        let fraud = try Self.inspect(try Self.example("card-fraud/model.onnx"))
        #expect(fraud.inputs.map(\.name) == ["dense_input"])
        #expect(fraud.outputs.map(\.name) == ["dense_1"])
    }

    @Test(arguments: [1, 2, 3, 7, 64, 1000]) func `the size of the pieces makes no difference`(size: Int) throws {
        let bytes = try Self.example("house-price/model.onnx")
        #expect(try Self.inspect(bytes, pieces: size) == Self.inspect(bytes))
    }

    @Test func `a file that is cut anywhere is refused`() throws {
        let bytes = try Self.example("tiny.onnx")
        var accepted: [Int] = []
        for length in 0..<bytes.count where (try? Self.inspect(Array(bytes[..<length]))) != nil {
            accepted.append(length)
        }
        // The end of a field of the outer message is the one place where a shorter file is also a whole one: there the
        // opset entry may be missing, which is a different, valid protocol-buffers message.
        #expect(accepted.allSatisfy { $0 > bytes.count / 2 })
        #expect(accepted.count <= 1)
    }

    @Test func `no bytes are refused by a rule of their own`() {
        #expect(throws: Refusal.invalid("body", "not_empty", "the model file has no bytes")) {
            _ = try Self.inspect([])
        }
    }

    @Test(arguments: [
        Array("hello, I am text".utf8), Array("PK\u{3}\u{4}zip".utf8), [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF],
        [UInt8](repeating: 0x3A, count: 64), [0x08, 0x08], [0x3A, 0x02, 0x0A, 0x7F],
        [0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
    ])
    func `what is not ONNX is refused`(bytes: [UInt8]) {
        #expect(throws: Refusal.self) { _ = try Self.inspect(bytes) }
    }

    @Test func `an initializer is no input`() throws {
        // ModelProto { ir_version: 8, graph { initializer { name: "w" } input { name: "x" } input { name: "w" } output { name: "y" } } }
        func field(_ number: UInt8, _ body: [UInt8]) -> [UInt8] { [number << 3 | 2, UInt8(body.count)] + body }
        func named(_ name: String, _ number: UInt8 = 1) -> [UInt8] { field(number, Array(name.utf8)) }
        let graph = field(5, named("w", 8)) + field(11, named("x")) + field(11, named("w")) + field(12, named("y"))
        let inspection = try Self.inspect([0x08, 8] + field(7, graph))
        #expect(inspection.inputs.map(\.name) == ["x"])
        #expect(inspection.outputs.map(\.name) == ["y"])
    }

    @Test func `what is kept of a file has a limit`() {
        // Outputs with names of 60,000 bytes, 100 of them: 6 MB of names.
        func varint(_ value: Int) -> [UInt8] {
            value < 128 ? [UInt8(value)] : [UInt8(value & 127) | 128] + varint(value >> 7)
        }
        func field(_ number: UInt8, _ body: [UInt8]) -> [UInt8] { [number << 3 | 2] + varint(body.count) + body }
        let output = field(12, field(1, [UInt8](repeating: 97, count: 60_000)))
        let graph = [[UInt8]](repeating: output, count: 100).flatMap { $0 }
        #expect(throws: Refusal.self) { _ = try Self.inspect([0x08, 8] + field(7, graph)) }
    }

    @Test func `damage never crashes the reader`() throws {
        let bytes = try Self.example("card-fraud/model.onnx")
        for index in bytes.indices {
            for value in [0x00, 0x7F, 0x80, 0xFF] as [UInt8] {
                var damaged = bytes
                damaged[index] = value
                _ = try? Self.inspect(damaged, pieces: 97)
            }
        }
    }
}
