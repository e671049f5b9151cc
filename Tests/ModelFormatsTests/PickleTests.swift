import Domain
import ModelFormats
import TestSupport
import Testing

/// Pickles that would do more than to make a model. The texts are what Python's `pickle` makes of the attacks.
struct PickleTests {
    private func rule(_ parts: [UInt8]...) throws -> String? {
        try Inspection.rule(.sklearn, "m.pkl", parts.flatMap(\.self))
    }

    private static let model = Array("csklearn.svm\nSVC\n0".utf8)
    private static func text(_ value: String) -> [UInt8] { [0x8C, UInt8(value.utf8.count)] + Array(value.utf8) }

    @Test func `a model alone is taken`() throws {
        #expect(try rule([0x80, 2], Array("csklearn.svm\nSVC\n.".utf8)) == nil)
        #expect(
            try rule([0x80, 4], Self.text("sklearn.svm"), [0x94], Self.text("SVC"), [0x94, 0x93, 0x94, 0x2E]) == nil)
    }

    @Test(arguments: [
        ("os", "system"), ("posix", "system"), ("subprocess", "Popen"), ("builtins", "eval"), ("builtins", "exec"),
        ("__builtin__", "eval"), ("builtins", "__import__"), ("sys", "modules"), ("socket", "socket"),
        ("importlib", "import_module"), ("runpy", "run_path"), ("os.path", "join"), ("sklearn", "os.system"),
        ("builtins", "eval.__call__"), ("pickle", "loads"), ("cPickle", "loads"), ("pydoc", "pipepager"),
        ("sklearn", "os"),
    ])
    func `imports that no model needs are refused`(module: String, name: String) throws {
        let line = Array("c\(module)\n\(name)\n0".utf8)
        #expect(try rule([0x80, 2], Self.model, line, [0x4E, 0x2E]) == "pickle_import")
        #expect(try rule([0x80, 4], Self.model, Self.text(module), Self.text(name), [0x93, 0x2E]) == "pickle_import")
        // Through the memo.
        let kept = Self.text(module) + [0x94] + Self.text(name) + [0x94, 0x30, 0x30]
        #expect(try rule([0x80, 4], Self.model, kept, [0x68, 0, 0x68, 1, 0x93, 0x2E]) == "pickle_import")
        #expect(try rule([0x80, 2], Self.model, Array("(i\(module)\n\(name)\n.".utf8)) == "pickle_import")
    }

    @Test func `an import whose name does not stand there is refused`() throws {
        #expect(try rule([0x80, 4], Self.model, Self.text("a"), [0x93, 0x2E]) == "pickle")
        // A name that an operation before it made.
        #expect(try rule([0x80, 4], Self.model, Self.text("os"), [0x4E, 0x85, 0x93, 0x2E]) == "pickle")
        let long = [0x8D] + ZipMaker.le(UInt64(600)) + [UInt8](repeating: 97, count: 600)
        #expect(try rule([0x80, 4], Self.model, long, Self.text("x"), [0x93, 0x2E]) == "pickle")
    }

    @Test func `a name that Python reads otherwise than it looks is refused`() throws {
        let call: [UInt8] = [0x93, 0x2E]
        // UNICODE has escapes: this is "os".
        #expect(try rule([0x80, 2], Self.model, Array("V\\u006fs\nVsystem\n".utf8), call) == "pickle")
        #expect(try rule([0x80, 2], Self.model, Array("Vos\nVsystem\n".utf8), call) == "pickle_import")
        // Python takes 1_0, " 10" and +10 for 10.
        for place in ["1_0", " 10", "+10", "10 ", String(repeating: "0", count: 600) + "10"] {
            let memo = "Va\np10\n0Vos\np\(place)\n0g10\nVsystem\n"
            #expect(try rule([0x80, 2], Self.model, Array(memo.utf8), call) == "pickle", "\(place)")
        }
    }

    @Test func `what is no whole pickle is refused`() throws {
        #expect(try rule([0x80, 4], Self.model) == "pickle")
        #expect(try rule([0x80, 4], Self.model, [0x2E, 0x2E]) == "pickle")
        #expect(try rule([0x80, 9, 0x2E]) == "pickle")
        #expect(try rule(Array("csklearn.svm\nSVC\n.".utf8)) == "pickle")
        #expect(try rule([0x80, 5], Self.model, [0x97, 0x2E]) == "pickle")
        #expect(try rule([0x80, 2], Self.model, [0x82, 1, 0x2E]) == "pickle")
    }

    @Test func `long values are passed over`() throws {
        let blob: [UInt8] = [0x8E] + ZipMaker.le(UInt64(3 << 20)) + [UInt8](repeating: 0x2E, count: 3 << 20)
        #expect(try rule([0x80, 4], Self.model, blob, [0x2E]) == nil)
        #expect(try rule([0x80, 4], Self.model, [0x8E] + ZipMaker.le(UInt64.max), [0x2E]) == "pickle")
    }
}
