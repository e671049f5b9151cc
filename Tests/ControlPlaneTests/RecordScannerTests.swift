import Foundation
import TestSupport
import Testing

@testable import ControlPlane

struct RecordScannerTests {
    private func scan(_ text: String) throws -> RecordScanner.Summary { try scan(Array(text.utf8)) }

    private func scan(_ bytes: [UInt8]) throws(RecordScanner.Fault) -> RecordScanner.Summary {
        var scanner = RecordScanner()
        try scanner.scan(bytes, bytes.indices)
        return try scanner.finish()
    }

    @Test func `counts records and takes the times of the first and last`() throws {
        let summary = try scan("{\"time\":1000,\"a\":[1,2,{\"b\":null}]}\n\n{ \"time\" : 3000 }\r\n")
        #expect(summary.count == 2)
        #expect(summary.firstTime == Date(timeIntervalSince1970: 1))
        #expect(summary.lastTime == Date(timeIntervalSince1970: 3))
        #expect(summary.gap == nil)
    }

    @Test func `a gap record is known by its range`() throws {
        let summary = try scan("{\"gap\":{\"from\":3,\"to\":17,\"reason\":\"full\"}}")
        #expect(summary.gap == RecordScanner.Gap(from: 3, to: 17))
    }

    @Test func `a record that has more than a gap is data`() throws {
        #expect(try scan("{\"gap\":{\"from\":1,\"to\":2},\"time\":7}").gap == nil)
    }

    /// Readers decode keys; one that is written with escapes would hide a second `metadata` from the server's word.
    @Test(
        .proves("EDGE-23"),
        arguments: [
            #"{"metadata":{},"m\u0065tadata":{"partition":"victim"}}"#, #"{"m\u0065tadata":{},"metadata":{}}"#,
            #"{"metadata":{},"metadata":{"partition":"victim"}}"#,
        ])
    func `metadata can't stand there twice, however it is written`(text: String) {
        #expect { try scan(text) } throws: { ($0 as? RecordScanner.Fault)?.rule == "unique_keys" }
    }

    struct Bad: CustomTestStringConvertible {
        let text: String
        let index: Int
        var testDescription: String { text.debugDescription }
    }

    @Test(arguments: [
        Bad(text: "[1]", index: 0), Bad(text: "{}\n7", index: 1), Bad(text: "{\"a\":1", index: 0),
        Bad(text: "{\"a\":1}{\"b\":2}", index: 0), Bad(text: "{\"a\":01}", index: 0), Bad(text: "{\"a\":1,}", index: 0),
        Bad(text: "{\"a\":NaN}", index: 0), Bad(text: "{'a':1}", index: 0), Bad(text: "{\"a\":\"\u{1}\"}", index: 0),
        Bad(text: "{\"a\":\"\\x\"}", index: 0), Bad(text: "{\"a\":\"\\u12g4\"}", index: 0),
        Bad(text: "{\"a\" 1}", index: 0),
        Bad(text: "{\"a\":1.}", index: 0), Bad(text: "{\"a\":1e}", index: 0), Bad(text: "{\"a\":-}", index: 0),
        Bad(text: "{\"a\":tru}", index: 0), Bad(text: "{}\n{}\n{\"a\":\n1}", index: 2), Bad(text: "", index: 0),
        Bad(text: String(repeating: "{\"a\":", count: 70) + "1" + String(repeating: "}", count: 70), index: 0),
    ])
    func `what is not one object a line is refused by its number`(bad: Bad) {
        #expect { try scan(bad.text) } throws: { ($0 as? RecordScanner.Fault)?.index == bad.index }
    }

    @Test func `bytes that are not UTF-8 are refused, and the record is named`() {
        #expect { try scan(Array("{}\n".utf8) + [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]) } throws: {
            ($0 as? RecordScanner.Fault) == .init(index: 1, rule: "utf8", detail: "the record is not UTF-8")
        }
    }

    /// Whether the grammar is right; a rule about keys is another matter.
    private func isJSON(_ bytes: [UInt8]) -> Bool {
        do {
            _ = try scan(bytes)
            return true
        } catch {
            return error.rule == "unique_keys"
        }
    }

    /// Foundation's parser as the judge, over damaged copies of a real record.
    @Test func `agrees with Foundation on damaged records`() throws {
        let record = Array(#"{"time":17,"in":{"t":[1.5,-2e3,0]},"s":"a\"\u00e9b","n":null,"b":[true,false,{}]}"#.utf8)
        var tooLax: [String] = []
        var tooStrict: [String] = []
        for index in record.indices {
            for byte in Array("{}[]\",:0-e.\\ x".utf8) {
                var damaged = record
                damaged[index] = byte
                let ours = isJSON(damaged)
                let theirs = (try? JSONSerialization.jsonObject(with: Data(damaged))) is [String: Any]
                if ours, !theirs { tooLax.append(String(decoding: damaged, as: UTF8.self)) }
                if theirs, !ours { tooStrict.append(String(decoding: damaged, as: UTF8.self)) }
            }
        }
        #expect(tooLax == [])
        // Foundation takes a comma before a closing bracket; RFC 8259 does not.
        #expect(tooStrict.allSatisfy { $0.contains(", ]") })
    }
}
