import Archive
import Domain
import ModelFormats
import TestSupport
import Testing

/// Archives that are made to lead a reader astray.
struct ZipTests {
    private static let script = Array("class A(Inference): pass\nclass B(InferenceBuilder): pass".utf8)
    private static let honest: [ZipMaker.File] = [
        .init(name: "m.py", content: script), .init(name: "requirements.txt", content: Array("numpy".utf8)),
    ]

    private func rule(_ files: [ZipMaker.File]) throws -> String? {
        try Inspection.rule(.custom, "b.zip", ZipMaker.archive(files))
    }

    @Test func `the maker of these archives makes good ones`() throws {
        #expect(try rule(Self.honest) == nil)
        let comment = ZipMaker.archive(Self.honest, comment: Array("made by hand".utf8))
        #expect(try Inspection.rule(.custom, "b.zip", comment) == nil)
    }

    @Test(arguments: [
        "../x", "a/../../x", "/etc/passwd", "a\\b", "..\\x", "C:/x", "a/./b", "a//b", ".", "..", "a\u{0}b", "a\nb", "",
        String(repeating: "a", count: 1025), String(repeating: "a/", count: 70) + "b",
    ])
    func `paths that lead elsewhere are refused`(name: String) throws {
        #expect(try rule(Self.honest + [.init(name: name, content: [1])]) == "zip_path")
    }

    @Test func `a name that occurs twice, or is a file and a directory, is refused`() throws {
        #expect(try rule(Self.honest + [.init(name: "m.py")]) == "zip_path")
        #expect(try rule(Self.honest + [.init(name: "m.py/x")]) == "zip_path")
    }

    @Test(arguments: [0xA1FF, 0x11B6, 0x61B6, 0x21B6, 0xC1FF] as [UInt16])
    func `links and devices are refused`(mode: UInt16) throws {
        #expect(try rule(Self.honest + [.init(name: "x", content: [1], mode: mode)]) == "zip_symlink")
    }

    @Test func `encrypted files and other methods are refused`() throws {
        #expect(try rule(Self.honest + [.init(name: "x", content: [1], flags: 1)]) == "zip_encrypted")
        #expect(try rule(Self.honest + [.init(name: "x", content: [1], method: 12)]) == "zip_method")
    }

    @Test func `a directory that says something else than the files is refused`() throws {
        #expect(try rule(Self.honest + [.init(name: "a", content: [1], directoryName: "b")]) == "zip")
        var hidden = ZipMaker()
        for file in Self.honest { hidden.add(file) }
        let only = hidden.finished()
        // The same files, and one that the directory does not have.
        var more = ZipMaker()
        more.add(.init(name: "hidden", content: [1]))
        #expect(try Inspection.rule(.custom, "b.zip", Array(more.bytes) + only) == "zip")
    }

    @Test func `a second name in an extra field is refused`() throws {
        let other: [UInt8] = [0x75, 0x70, 10, 0, 1, 0, 0, 0, 0] + Array("../xy".utf8)
        #expect(try rule(Self.honest + [.init(name: "a", content: [1], extra: other)]) == "zip_path")
    }

    @Test func `a wrong checksum and a wrong size are refused`() throws {
        var maker = ZipMaker()
        for file in Self.honest { maker.add(file) }
        maker.add(.init(name: "x", content: [1, 2, 3]), checksum: 7)
        #expect(try Inspection.rule(.custom, "b.zip", maker.finished()) == "zip")
        #expect(try rule(Self.honest + [.init(name: "x", content: [1, 2, 3], size: 4)]) == "zip")
    }

    @Test func `bytes before, between and behind are refused`() throws {
        let archive = ZipMaker.archive(Self.honest)
        #expect(try Inspection.rule(.custom, "b.zip", [0] + archive) == "zip")
        #expect(try Inspection.rule(.custom, "b.zip", archive + [0]) == "zip")
        #expect(try Inspection.rule(.custom, "b.zip", archive + archive) == "zip")
    }

    @Test func `an archive that unpacks to too much is refused`() throws {
        let files = Self.honest + [.init(name: "zeros", content: [UInt8](repeating: 0, count: 5000))]
        #expect(try Inspection.rule(.custom, "b.zip", ZipMaker.archive(files), limit: 4000) == "zip_bomb")
    }

    @Test func `a bomb is refused before it has unpacked to much more than it may`() throws {
        // 100 MiB of zeros, as gzip packs them without its header and trailer.
        let packed = try Gzip.compress([UInt8](repeating: 0, count: 100 << 20)).dropFirst(10).dropLast(8)
        let bomb = ZipMaker.File(name: "bomb", content: Array(packed), method: 8, size: 100 << 20)
        #expect(try rule(Self.honest + [bomb]) == "zip_bomb")
    }

    @Test(arguments: [1, 3, 7, 64, 1000]) func `the size of the pieces makes no difference`(size: Int) throws {
        for (framework, file) in Self.files {
            let bytes = try Inspection.fixture(file)
            let whole = try Inspection.run(framework, file, bytes)
            #expect(try Inspection.run(framework, file, bytes, pieces: size) == whole)
        }
    }

    static let files: [(ModelFramework, String)] = [
        (.tensorflow, "saved_model.zip"), (.pytorch, "net.pt"), (.custom, "byop.zip"),
        (.textClassification, "hugging_face.zip"), (.sklearn, "kmeans-2.pkl"), (.sklearn, "kmeans-5.pkl"),
        (.xgboost, "xgb.pkl"), (.keras, "sequential.h5"), (.keras, "sequential-v3.h5"), (.python, "step.py"),
    ]
}
