import Domain
import Foundation
import Testing

@testable import ControlPlane

/// The writer against Foundation's encoder, set to the same rules.
struct JSONOutputTests {
    @Test(arguments: [
        Sample(),
        Sample(text: "a \"quoted\" \\ path/with\nlines\r\tand \u{1}, ü, 🚚", number: -0.5, count: .min),
        Sample(
            number: 1e22, flags: [true, false], byName: ["b": 2, "a/x": 1, "isKept": 3], missing: nil, next: .init()),
    ])
    func `what is read is what Foundation's encoder writes`(_ sample: Sample) throws {
        #expect(try read(JSONOutput.bytes(of: sample)) == read(foundation.encode(sample)))
        #expect(try read(JSONOutput.bytes(of: [sample, sample])) == read(foundation.encode([sample, sample])))
        let byName = ["keptAsItIs": sample, "one": sample]
        #expect(try read(JSONOutput.bytes(of: byName)) == read(foundation.encode(byName)))
    }

    @Test func `members come in the order of their declaration, documents as they are`() throws {
        struct Thing: Encodable {
            struct Empty: Encodable {}
            let workspaceId = 7
            let engineUrlText = "a/b"
            let isOn = [true]
            let raw: [JSONText?] = [JSONText(text: #"{ "z": 1 }"#), nil]
            let empty = Empty()
            let at = Date(timeIntervalSince1970: 0)
        }
        #expect(
            String(decoding: try JSONOutput.bytes(of: Thing()), as: UTF8.self) == """
                {"workspace_id":7,"engine_url_text":"a/b","is_on":[true],"raw":[{ "z": 1 },null],"empty":{},\
                "at":"1970-01-01T00:00:00.000000Z"}
                """)
    }

    @Test func `a number that is not finite is refused`() {
        #expect(throws: EncodingError.self) { try JSONOutput.bytes(of: [Double.nan]) }
    }

    @Test(arguments: [0, 1_692_281_084.939862, 951_782_400, 4_102_444_800, -1, -11_676_096_000])
    func `times are the calendar's`(_ seconds: Double) {
        let date = Date(timeIntervalSince1970: seconds)
        let whole = date.formatted(.iso8601.dateTimeSeparator(.standard)).dropLast()
        #expect(Timestamp.text(date).hasPrefix(whole))
    }

    private func read(_ bytes: some Sequence<UInt8>) throws -> NSObject {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? NSObject)
    }

    private var foundation: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(Timestamp.text(date))
        }
        return encoder
    }

    struct Sample: Encodable, Sendable {
        enum State: String, Encodable { case ready }
        enum Choice: Encodable { case none, some(Int, named: String) }
        struct Next: Encodable {
            var zeta = 1
            var alphaBeta: [[Int32]] = [[], [1, -2], [3]]
            var choices = [Choice.none, .some(1, named: "x")]
        }

        var text = ""
        var number = 3.0
        var count = Int64.max
        var workspaceId = UUID(uuidString: "6C3D9899-1335-456B-AAA0-52D03A017CC4")
        var sourceUrlText = "https://x.example/y"
        var flags: [Bool] = []
        var state = State.ready
        var byName: [String: Int] = [:]
        var createdAt = Date(timeIntervalSince1970: 1_700_000_000.000001)
        var missing: String? = "here"
        var empty = [String: String]()
        var next: Next?
    }
}
