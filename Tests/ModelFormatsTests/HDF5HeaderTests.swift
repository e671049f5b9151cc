import Domain
import ModelFormats
import TestSupport
import Testing

/// Object headers that are made to cost more than the file is worth.
struct HDF5HeaderTests {
    private static func le(_ value: Int) -> [UInt8] { ZipMaker.le(UInt16(value)) }

    private static func message(_ type: UInt8, _ body: [UInt8]) -> [UInt8] { [type] + le(body.count) + [0] + body }

    /// Version 1: sizes of name, type and space; a fixed text (class 3).
    private static func attribute(_ name: [UInt8], _ text: [UInt8]) -> [UInt8] {
        let type: [UInt8] = [0x13, 0, 0, 0] + le(text.count) + [0, 0]
        var body: [UInt8] = [1, 0] + le(name.count)
        body += le(8)
        body += le(0)
        body += name
        body += [UInt8](repeating: 0, count: (name.count + 7) / 8 * 8 - name.count)
        body += type
        body += text
        return message(0x0C, body)
    }

    private static let model = attribute(
        Array("model_config\u{0}".utf8), Array(#"{"class_name":"Sequential","config":{"layers":[]}}"#.utf8))

    /// A file whose root group has the messages in its first block, and `blocks` behind it.
    private static func file(_ messages: [UInt8], blocks: [UInt8] = []) -> [UInt8] {
        var body: [UInt8] = Array("OHDR".utf8)
        body += [2, 2]
        body += ZipMaker.le(UInt32(messages.count))
        body += messages
        body += blocks
        var head: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 2, 8, 8, 0]
        head += [UInt8](repeating: 0, count: 16)
        head += ZipMaker.le(UInt64(96 + body.count))
        head += ZipMaker.le(UInt64(96))
        head += [UInt8](repeating: 0, count: 96 - head.count)
        return head + body
    }

    /// A file with continuations, each 8 bytes behind the one before and all of them up to the end.
    private static func overlapping(_ count: Int) -> [UInt8] {
        let firstCount = model.count + count * 20
        let (start, size) = (96 + 10 + firstCount, 30_000)
        var (messages, blocks): ([UInt8], [UInt8]) = (model, [])
        for index in 0..<count {
            let length = size - 8 * index
            let place: [UInt8] = ZipMaker.le(UInt64(start + 8 * index))
            messages += message(0x10, place + ZipMaker.le(UInt64(length)))
            blocks += Array("OCHK".utf8)
            blocks += [0]
            blocks += le(length - 12)
            blocks += [0]
        }
        return file(messages, blocks: blocks + [UInt8](repeating: 0, count: size - blocks.count))
    }

    @Test func `blocks that overlap are read no more than once over`() throws {
        #expect(try Inspection.rule(.keras, "m.h5", Self.overlapping(1)) == nil)
        #expect(try Inspection.rule(.keras, "m.h5", Self.overlapping(2)) == "keras_hdf5")
        #expect(try Inspection.rule(.keras, "m.h5", Self.overlapping(500)) == "keras_hdf5")
    }

    @Test func `names of other attributes cost nothing`() throws {
        // Accents upon one letter, which a comparison of texts would have to put in order.
        let name = Array("a".utf8) + Array(repeating: Array("\u{301}\u{323}".utf8), count: 15_000).flatMap(\.self)
        let messages = Array(repeating: Self.attribute(name, [1]), count: 60).flatMap(\.self)
        let bytes = Self.file(messages + Self.model)
        let start = ContinuousClock.now
        #expect(try Inspection.rule(.keras, "m.h5", bytes) == nil)
        let time = ContinuousClock.now - start
        #expect(time < .seconds(5))
    }

    @Test(arguments: ["model_config", "model_configs\u{0}", "model_confi\u{0}"])
    func `a name ends where it says, or at its zero`(name: String) throws {
        let json = Array(#"{"class_name":"Sequential","config":{"layers":[]}}"#.utf8)
        let isThere = name == "model_config"
        let bytes = Self.file(Self.attribute(Array(name.utf8), json))
        #expect(try Inspection.rule(.keras, "m.h5", bytes) == (isThere ? nil : "keras_hdf5"))
    }
}
