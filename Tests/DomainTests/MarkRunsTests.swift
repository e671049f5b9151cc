import Domain
import Foundation
import TestSupport
import Testing

/// Runs of combining marks. A document that is read in spite of one of these would take minutes.
struct MarkRunsTests {
    private static let long = "a" + String(repeating: "\u{301}\u{316}", count: 400_000)

    private func isShort(json bytes: [UInt8]) -> Bool { MarkRuns.areShort(inJSON: bytes.span) }

    @Test(arguments: [
        "", "plain", "e\u{301}", String(repeating: "\u{301}", count: 64), String(repeating: "e\u{301}", count: 1000),
        String(repeating: "\u{5D0}\u{5B8}", count: 1000), String(repeating: "\u{1F600}", count: 1000), "\u{301}",
    ])
    func `writing passes`(text: String) {
        #expect(MarkRuns.areShort(text))
        #expect(isShort(json: Array("{\"\(text)\": 1}".utf8)))
    }

    @Test(arguments: ["\u{301}", "\u{316}", "\u{5B8}", "\u{1D165}", "\u{F73}", "\u{344}", "\u{301}\u{1D165}"])
    func `more than 64 in a row do not`(mark: String) {
        #expect(!MarkRuns.areShort("a" + String(repeating: mark, count: 65) + "b"))
        #expect(MarkRuns.areShort("a" + String(repeating: mark, count: 32) + "b"))
    }

    @Test(arguments: ["\\u0301", "\\u0316", "\\uD834\\uDD65", "\\u0301\u{301}", "\\u0301\\\n", "\\u05b8", "\\u05B8"])
    func `escapes of JSON count as what they mean`(escape: String) {
        let document = "{\"a\(String(repeating: escape, count: 65))\": 1}"
        #expect(!isShort(json: Array(document.utf8)))
        let short = "{\"a\(String(repeating: escape, count: 32))\": 1}"
        #expect(isShort(json: Array(short.utf8)))
        // Behind an escaped backslash it is text.
        let plain = "[\"\(String(repeating: "\\\\u0301", count: 100))\"]"
        #expect(isShort(json: Array(plain.utf8)))
    }

    @Test func `bytes that are no text end a run and never crash`() {
        let marks = [UInt8](repeating: 0, count: 40).flatMap { _ in [0xCC, 0x81] as [UInt8] }
        #expect(MarkRuns.areShort(marks + [0xFF] + marks))
        #expect(!MarkRuns.areShort(marks + marks))
        for tail in [[0xCC], [0xE0, 0xBD], [0xF0, 0x9D, 0x85], [0xFF], [0xCC, 0x20], [0x5C], [0x5C, 0x75, 0x30]] {
            let bytes = marks + tail.map { UInt8($0) }
            #expect(MarkRuns.areShort(bytes) && isShort(json: bytes))
        }
    }

    @Test(.timeLimit(.minutes(1))) func `JSON from outside is refused before a key of it is compared`() {
        for document in [
            Data("{\"\(Self.long)\": 1, \"\(Self.long)\u{301}\": 2}".utf8),
            "{\"\(Self.long)\": 1}".data(using: .utf16LittleEndian) ?? Data(),
        ] {
            #expect(throws: DecodingError.self) {
                _ = try JSONDecoder().decodeForeign([String: Int].self, from: document)
            }
        }
    }
}
