import Domain
import Foundation
import ModelFormats
import TestSupport
import Testing

/// What real files have that a stricter reader would refuse.
struct WrittenByOthersTests {
    private static func text(_ value: String) -> [UInt8] { [0x8C, UInt8(value.utf8.count)] + Array(value.utf8) }
    private static let builder = Array("class A(Inference): pass\nclass B(InferenceBuilder): pass".utf8)
    private static let requirements = ZipMaker.File(name: "requirements.txt", content: Array("numpy".utf8))

    private func byop(_ files: [ZipMaker.File]) throws -> String? {
        try Inspection.rule(.custom, "b.zip", ZipMaker.archive(files))
    }

    @Test func `a pickle with a large vocabulary keeps its names`() throws {
        var bytes: [UInt8] = [0x80, 4]
        // 150,000 words that could be names, 20 MB of texts that could not, and then an import through the memo.
        for word in 0..<150_000 { bytes += Self.text("w\(word)") + [0x94, 0x30] }
        let long = Self.text(String(repeating: "two words ", count: 20)) + [0x94, 0x30]
        for _ in 0..<100_000 { bytes += long }
        bytes += Self.text("sklearn.svm") + [0x94] + Self.text("SVC") + [0x94, 0x30, 0x30]
        bytes += [0x6A] + ZipMaker.le(UInt32(250_000)) + [0x6A] + ZipMaker.le(UInt32(250_001)) + [0x93, 0x2E]
        #expect(try Inspection.run(.sklearn, "m.pkl", bytes).pickle?.globals == ["sklearn.svm.SVC"])
    }

    @Test func `a place of the memo that is written again costs nothing`() throws {
        var bytes: [UInt8] = [0x80, 2]
        let name = String(repeating: "n", count: 200)
        for _ in 0..<100_000 { bytes += Self.text(name) + [0x71, 7, 0x30] }
        bytes += Self.text("sklearn.svm") + [0x71, 8] + Self.text("SVC") + [0x71, 9, 0x30, 0x30]
        bytes += [0x68, 8, 0x68, 9, 0x93, 0x2E]
        #expect(try Inspection.rule(.sklearn, "m.pkl", bytes) == nil)
    }

    @Test func `what can be no name is not remembered as one`() throws {
        for name in ["a b", "1a", "\u{E9}", String(repeating: "n", count: 201)] {
            let bytes: [UInt8] = [0x80, 4] + Self.text("sklearn") + Self.text(name) + [0x94, 0x68, 0, 0x93, 0x2E]
            #expect(try Inspection.rule(.sklearn, "m.pkl", bytes) == "pickle")
        }
    }

    @Test func `numbers that only Python writes are read`() throws {
        let config = #"{"model_type": "bert", "a": NaN, "b": Infinity, "c": [-Infinity]}"#
        let files: [ZipMaker.File] = [
            .init(name: "config.json", content: Array(config.utf8)), .init(name: "model.safetensors"),
        ]
        #expect(try Inspection.run(.translation, "h.zip", ZipMaker.archive(files)).details?["model_type"] == "bert")
    }

    @Test func `only the configuration that counts is read`() throws {
        let good = Array(#"{"model_type": "bert"}"#.utf8)
        let bad = Array("no JSON".utf8)
        let weights = ZipMaker.File(name: "model.safetensors")
        for other in ["a/config.json", "b/config.json", "a/b/config.json", "._config.json"] {
            let files = [ZipMaker.File(name: other, content: bad), .init(name: "config.json", content: good), weights]
            #expect(try Inspection.rule(.translation, "h.zip", ZipMaker.archive(files)) == nil, "\(other)")
        }
        let inside = [
            ZipMaker.File(name: "__MACOSX/config.json", content: bad), .init(name: "m/config.json", content: good),
            .init(name: "m/model.safetensors"),
        ]
        #expect(try Inspection.rule(.translation, "h.zip", ZipMaker.archive(inside)) == nil)
        let two = [ZipMaker.File(name: "a/config.json", content: good), .init(name: "b/model.safetensors")]
        #expect(try Inspection.rule(.translation, "h.zip", ZipMaker.archive(two)) == "hugging_face")
    }

    @Test func `a Keras model of the time when the layers were the configuration`() throws {
        let layer = #"{"class_name":"Dense","config":{"name":"d","batch_input_shape":[null,4],"maximum":Infinity}}"#
        let nested = #"{"class_name":"Sequential","config":[]}"#
        let json = Array("{\"class_name\":\"Sequential\",\"config\":[\(layer),\(nested)]}".utf8)
        let model = try Inspection.run(.keras, "m.h5", HDF5Maker.file(model: json))
        #expect(model.inputs == [.init(name: "d", type: "float32", shape: ["?", "4"])])
        #expect(model.details?["layers"] == "2")
        let object = Array("{\"class_name\":\"Sequential\",\"config\":{\"layers\":[\(layer)]}}".utf8)
        #expect(try Inspection.run(.keras, "m.h5", HDF5Maker.file(model: object)).details?["layers"] == "1")
    }

    @Test func `scripts in other encodings are passed over unless the builder is missing`() throws {
        let latin = ZipMaker.File(name: "vendored/old.py", content: Array("# caf".utf8) + [0xE9, 0x0A])
        #expect(try byop([.init(name: "m.py", content: Self.builder), latin, Self.requirements]) == nil)
        #expect(try byop([latin, Self.requirements]) == "byop")
        let named = try? Inspection.run(.custom, "b.zip", ZipMaker.archive([latin, Self.requirements]))
        #expect(named == nil)
        // What macOS adds beside a script is none.
        let double = ZipMaker.File(name: "._m.py", content: [0, 5, 0x16, 7])
        #expect(try byop([.init(name: "m.py", content: Self.builder), double, Self.requirements]) == nil)
        let model = try Inspection.run(
            .custom, "b.zip",
            ZipMaker.archive([.init(name: "m.py", content: Self.builder), double, Self.requirements]))
        #expect(model.archive?.paths == ["m.py", "requirements.txt"])
    }

    @Test func `a form feed begins a line anew`() throws {
        let script = Array(" \u{C}def wallaroo_json(data): pass".utf8)
        #expect(try Inspection.rule(.python, "s.py", script) == nil)
        #expect(try Inspection.rule(.python, "s.py", Array("if 1:\n\u{C} def wallaroo_json(d): pass".utf8)) != nil)
    }

    @Test(arguments: ["--no-index", "--config-settings=a=b", "-r other.txt", "--find-links /etc"])
    func `an option that is not allowed is named`(line: String) throws {
        let archive = ZipMaker.archive([
            .init(name: "m.py", content: Self.builder),
            .init(name: "requirements.txt", content: Array("numpy\n\(line)".utf8)),
        ])
        let error = #expect(throws: Refusal.self) { try Inspection.run(.custom, "b.zip", archive) }
        let option = line.prefix { $0 != " " && $0 != "=" }
        let refusal = try #require(error)
        #expect("\(refusal)".contains("line 2: \(option) as it stands there is not allowed"))
    }

    @Test(arguments: ["\r\n", "\r", "\u{B}", "\u{1C}", "\u{85}", "\u{2028}"])
    func `lines end where Python ends them`(end: String) throws {
        let archive = ZipMaker.archive([
            .init(name: "m.py", content: Self.builder),
            .init(name: "requirements.txt", content: Array("numpy # why\(end)torch\(end)".utf8)),
        ])
        #expect(try Inspection.run(.custom, "b.zip", archive).requirements == ["numpy", "torch"])
    }
}

/// Writes the beginning of an HDF5 file whose root group has the attribute `model_config`.
enum HDF5Maker {
    static func file(model json: [UInt8], times: Int = 1) -> [UInt8] {
        let le = { (value: Int) in ZipMaker.le(UInt16(value)) }
        // Version 1: sizes of name, type and space; a fixed text (class 3).
        let type: [UInt8] = [0x13, 0, 0, 0] + le(json.count) + [0, 0]
        let attribute = [1, 0] + le(13) + le(8) + le(0) + Array("model_config".utf8) + [0, 0, 0, 0] + type + json
        let message = [0x0C] + le(attribute.count) + [0] + attribute
        let messages = Array(repeating: message, count: times).flatMap(\.self)
        var head = Array("\u{89}HDF\r\n\u{1A}\n".unicodeScalars.map { UInt8($0.value) }) + [2, 8, 8, 0]
        let body = Array("OHDR".utf8) + [2, 1] + le(messages.count) + messages
        head += [UInt8](repeating: 0, count: 16) + ZipMaker.le(UInt64(96 + body.count)) + ZipMaker.le(UInt64(96))
        return head + [UInt8](repeating: 0, count: 96 - head.count) + body
    }
}
