import Domain
import Foundation
import ModelFormats
import TestSupport
import Testing

/// Runs of combining marks in every text of a file. Each is refused before it is compared, which would take minutes.
@Suite(.timeLimit(.minutes(1)))
struct MarkRunTests {
    private static let marks = String(repeating: "\u{301}\u{316}", count: 200_000)
    private static let short = "a" + String(repeating: "\u{301}", count: 65)
    private static let script = Array("class A(Inference): pass\nclass B(InferenceBuilder): pass".utf8)

    private static func varint(_ value: Int) -> [UInt8] {
        value < 128 ? [UInt8(value)] : [UInt8(value & 127) | 128] + varint(value >> 7)
    }
    private static func field(_ number: Int, _ body: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(body.count) + body
    }
    private static func onnx(input: String) -> [UInt8] {
        let graph = field(11, field(1, Array(input.utf8))) + field(12, field(1, Array("y".utf8)))
        return [8, 8] + field(7, graph)
    }

    @Test func `names of a graph`() throws {
        #expect(try Inspection.rule(.onnx, "m.onnx", Self.onnx(input: "x\u{301}")) == nil)
        #expect(try Inspection.rule(.onnx, "m.onnx", Self.onnx(input: Self.short)) == "onnx")
        #expect(try Inspection.rule(.onnx, "m.onnx", Self.onnx(input: String(repeating: "x", count: 1025))) == "onnx")
    }

    @Test func `initializers are compared by their bytes`() throws {
        // Equal as texts: the letter and its mark, in one scalar and in two.
        let weight = Self.field(5, Self.field(8, Array("\u{E9}".utf8)))
        let input = Self.field(11, Self.field(1, Array("e\u{301}".utf8)))
        let graph = weight + input + Self.field(12, Self.field(1, Array("y".utf8)))
        #expect(try Inspection.run(.onnx, "m.onnx", [8, 8] + Self.field(7, graph)).inputs.count == 1)
    }

    @Test func `paths of an archive`() throws {
        let archive = ZipMaker.archive([.init(name: "m.py", content: Self.script), .init(name: Self.short)])
        #expect(try Inspection.rule(.custom, "b.zip", archive) == "zip_path")
    }

    @Test func `requirements`() throws {
        let files: [ZipMaker.File] = [
            .init(name: "m.py", content: Self.script),
            .init(name: "requirements.txt", content: Array("numpy # a\(Self.marks)\n".utf8)),
        ]
        #expect(try Inspection.rule(.custom, "b.zip", ZipMaker.archive(files)) == "byop")
    }

    @Test func `scripts`() throws {
        let text = "def wallaroo_json(data): pass\nimport a\(Self.marks)\nimport a\(Self.marks)\u{301}\n"
        #expect(try Inspection.rule(.python, "s.py", Array(text.utf8)) == "python_step")
    }

    @Test func `keys of a configuration, also when they are escaped`() throws {
        for key in [Self.marks, String(repeating: "\\u0301\\u0316", count: 80_000)] {
            let config = #"{"model_type": "x", "a\#(key)": 1, "a\#(key)b": 2}"#
            let files: [ZipMaker.File] = [
                .init(name: "config.json", content: Array(config.utf8)), .init(name: "model.safetensors"),
            ]
            #expect(try Inspection.rule(.translation, "h.zip", ZipMaker.archive(files)) == "hugging_face")
        }
    }

    @Test func `names of a schema`() throws {
        let cases = SchemaTests.cases.compactMap(\.input)
        let text = try #require(cases.first)
        let message = Array(try #require(Data(base64Encoded: text)))
        #expect(throws: Refusal.self) {
            try ModelSchema(message: message + Array(Self.marks.utf8), field: "input_schema")
        }
        let other = #expect(throws: Refusal.self) {
            try ModelSchema(message: message + Array(Self.short.utf8), field: "input_schema")
        }
        guard case .invalid(let errors)? = other else {
            Issue.record("\(String(describing: other))")
            return
        }
        #expect(errors.first?.rule == "schema_fields")
    }
}
