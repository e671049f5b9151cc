import Testing

@testable import EdgeAgent

@Suite struct RecordScannerTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let text: String
        var records: [String] = []
        /// `line: reason`
        var refused: [String] = []
        var failure: String?
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "NDJSON", text: "{\"a\":1}\n{\"b\":2}\n", records: ["{\"a\":1}", "{\"b\":2}"]),
        Case(name: "no line feed at the end", text: "{\"a\":1}\n{}", records: ["{\"a\":1}", "{}"]),
        Case(name: "empty lines, CRLF and spaces", text: "\n {\"a\":1}\r\n\r\n\t{}  \n", records: ["{\"a\":1}", "{}"]),
        Case(name: "byte order mark", text: "\u{FEFF}{\"a\":1}\n", records: ["{\"a\":1}"]),
        Case(name: "nothing", text: " \n\n"),
        Case(
            name: "not an object", text: "{}\n[1]\n7\n{}\n{\n", records: ["{}", "{}"],
            refused: [
                "2: not one JSON object on one line", "3: not one JSON object on one line",
                "5: not one JSON object on one line",
            ]),
        Case(
            name: "array", text: "[{\"a\":[{}]}, {\"b\":\"}]\\\"{\"}\n]\n",
            records: ["{\"a\":[{}]}", "{\"b\":\"}]\\\"{\"}"]),
        Case(name: "pretty-printed array", text: "[\n  {\n \"a\": 1\r\n}\n]", records: ["{  \"a\": 1  }"]),
        Case(name: "empty array", text: " [ ] "),
        Case(
            name: "line feed in a string", text: "[{\"a\":\"x\ny\"},\n{}]", records: ["{}"],
            refused: ["1: a control character in a string"]),
        Case(name: "array of numbers", text: "[{},\n 1]", records: ["{}"], failure: "line 2: expected '{'"),
        Case(name: "missing comma", text: "[{} {}]", records: ["{}"], failure: "line 1: expected ',' or ']'"),
        Case(name: "text after the array", text: "[{}]\n{}", records: ["{}"], failure: "line 2: expected nothing"),
        Case(name: "comma at the end", text: "[{},]", records: ["{}"], failure: "line 1: expected '{'"),
        Case(
            name: "open array", text: "[{},{\"a\":", records: ["{}"],
            failure: "line 1: the array ends inside a record"),
        Case(name: "array without end", text: "[{}", records: ["{}"], failure: "line 1: the array is not closed"),
        Case(
            name: "too long", text: "{\"a\":\"\(String(repeating: "x", count: 60))\"}\n{}\n", records: ["{}"],
            refused: ["1: longer than 50 bytes"]),
    ]

    /// Feeds the bytes in pieces, as a reader does.
    private func run(_ bytes: [UInt8], piece: Int) -> (records: [String], refused: [String], failure: String?) {
        var scanner = RecordScanner(maxRecordBytes: 50)
        var records: [String] = []
        var refused: [String] = []
        var buffer: [UInt8] = []
        var offset = 0
        while true {
            let end = min(offset + piece, bytes.count)
            buffer += bytes[offset..<end]
            offset = end
            var found = RecordScanner.Found()
            var failure: String?
            do { try scanner.scan(buffer, isFinal: end == bytes.count, into: &found) } catch { failure = "\(error)" }
            for index in 0..<found.block.count {
                records.append(String(decoding: found.block.bytes[found.block.range(index)], as: UTF8.self))
            }
            refused += found.refused.map { "\($0.line): \($0.reason)" }
            buffer.removeFirst(found.consumed)
            if failure != nil || end == bytes.count { return (records, refused, failure) }
        }
    }

    @Test(arguments: cases, [1, 3, 7, 1000]) func `records are found however the bytes are cut`(
        _ test: Case, _ piece: Int
    ) {
        let result = run(Array(test.text.utf8), piece: max(piece, test.text.hasPrefix("\u{FEFF}") ? 3 : 1))
        #expect(result.records == test.records)
        #expect(result.refused == test.refused)
        #expect(result.failure == test.failure)
    }

    @Test func `a record that is not UTF-8 is refused with its line and the others stay`() {
        let bytes = Array("{}\n{\"a\":\"".utf8) + [0xC3, 0x28] + Array("\"}\n{\"é\":1}\n".utf8)
        let result = run(bytes, piece: 1000)
        #expect(result.records == ["{}", "{\"é\":1}"])
        #expect(result.refused == ["2: not valid UTF-8"])
    }
}
