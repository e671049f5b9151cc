import Domain
import ModelFormats
import TestSupport
import Testing

/// Tensors of an ONNX file whose bytes stand in another file, in every place where a tensor can be.
struct ExternalDataTests {
    private static func varint(_ value: Int) -> [UInt8] {
        value < 128 ? [UInt8(value)] : [UInt8(value & 127) | 128] + varint(value >> 7)
    }
    private static func field(_ number: Int, _ body: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(body.count) + body
    }
    /// The fields around a body, the outermost first.
    private static func nested(_ path: [Int], _ body: [UInt8]) -> [UInt8] {
        path.reversed().reduce(body) { field($1, $0) }
    }
    private static let location = field(
        13, field(1, Array("location".utf8)) + field(2, Array("../../etc/passwd".utf8)))
    /// `data_location`: EXTERNAL.
    private static let external: [UInt8] = [14 << 3, 1]

    private static func model(_ more: [UInt8]) -> [UInt8] {
        let graph = field(11, field(1, Array("x".utf8))) + field(12, field(1, Array("y".utf8)))
        return [8, 8] + field(7, graph) + more
    }

    static let places: [[Int]] = [
        [7, 5], [7, 15, 1], [7, 15, 2], [7, 1, 5, 5], [7, 1, 5, 10], [7, 1, 5, 22, 1], [7, 1, 5, 23, 2],
        [7, 1, 5, 6, 5], [7, 1, 5, 11, 5], [7, 1, 5, 6, 15, 1], [7, 1, 5, 6, 1, 5, 5], [7, 1, 5, 6, 1, 5, 6, 1, 5, 10],
        [25, 7, 5, 5], [25, 11, 5], [25, 7, 5, 6, 5], [20, 1, 5], [20, 2, 5], [20, 2, 1, 5, 5],
    ]

    @Test(arguments: places) func `are refused`(place: [Int]) throws {
        #expect(try Inspection.rule(.onnx, "m.onnx", Self.model(Self.nested(place, Self.location))) == "external_data")
        #expect(try Inspection.rule(.onnx, "m.onnx", Self.model(Self.nested(place, Self.external))) == "external_data")
        // A tensor with a name and its bytes in it.
        let plain = Self.field(8, Array("w".utf8)) + Self.field(9, [1, 2, 3, 4]) + [14 << 3, 0]
        #expect(try Inspection.rule(.onnx, "m.onnx", Self.model(Self.nested(place, plain))) == nil)
    }

    @Test func `the names of tensors further inside hide no input`() throws {
        let inner = Self.nested([7, 1, 5, 6, 5], Self.field(8, Array("x".utf8)))
        #expect(try Inspection.run(.onnx, "m.onnx", Self.model(inner)).inputs.map(\.name) == ["x"])
        let outer = Self.nested([7, 5], Self.field(8, Array("x".utf8)))
        #expect(try Inspection.run(.onnx, "m.onnx", Self.model(outer)).inputs.isEmpty)
    }

    @Test func `messages in each other have a limit`() throws {
        func deep(_ count: Int) -> [UInt8] {
            Self.model(Self.nested([7] + Array(repeating: [1, 5, 6], count: count).flatMap(\.self), []))
        }
        #expect(try Inspection.rule(.onnx, "m.onnx", deep(20)) == nil)
        #expect(try Inspection.rule(.onnx, "m.onnx", deep(2000)) == "onnx")
    }
}
