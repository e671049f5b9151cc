import Domain
import Foundation
import Testing

@testable import ControlPlane

/// The writer against Foundation's reader, and its text where the order matters.
struct JSONWriterTests {
    @Test(arguments: [
        "", "plain", "a \"quoted\" \\ path/with\nlines\r\tand \u{1}\u{1f}\u{7f}, ü, 🚚", "{", "ends with [", "\u{2028}",
    ])
    func `a string is read as it was written, as a value and as a name`(_ text: String) throws {
        let object = try #require(try read(JSONWriter.bytes(of: [text: [text, text]])) as? [String: [String]])
        #expect(object == [text: [text, text]])
    }

    @Test(arguments: [0.0, 3, -0.5, 1e22, 0.1, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -1e-7])
    func `a number is read as it was written`(_ number: Double) throws {
        let read = try #require(try read(JSONWriter.bytes(of: [number])) as? [Double])
        #expect(read == [number])
    }

    @Test func `whole numbers have no fraction, what is not finite is null`() {
        #expect(text(of: [3.0, -0.5, .nan, .infinity]) == "[3,-0.5,null,null]")
        #expect(text(of: [Int64.max, .min]) == "[9223372036854775807,-9223372036854775808]")
    }

    @Test func `members come in the order they are told, documents as they are`() {
        struct Thing: JSONWritable {
            func write(to json: inout JSONWriter) {
                json.object {
                    $0.member("z", 7)
                    $0.member("url", "a/b")
                    $0.member("flags", [true, false])
                    $0.member("missing", ifAny: String?.none)
                    $0.member("there", ifAny: "x")
                    $0.member("raw", JSONText(text: #"{ "z": [ ] }"#))
                    $0.member("nothing") { _ in }
                    $0.member("none", [Int]())
                    $0.member("names", ["b": 1, "a": 2])
                    $0.member("inner") { $0.member("at", Date(timeIntervalSince1970: 0)) }
                    $0.member("number", 1.0)
                }
            }
        }
        let one = """
            {"z":7,"url":"a/b","flags":[true,false],"there":"x","raw":{ "z": [ ] },"nothing":{},"none":[],\
            "names":{"a":2,"b":1},"inner":{"at":"1970-01-01T00:00:00.000000Z"},"number":1}
            """
        #expect(text(of: Thing()) == one)
        #expect(text(of: [Thing(), Thing()]) == "[\(one),\(one)]")
    }

    @Test(arguments: [0, 1_692_281_084.939862, 951_782_400, 4_102_444_800, -1, -11_676_096_000])
    func `times are the calendar's`(_ seconds: Double) {
        let date = Date(timeIntervalSince1970: seconds)
        let whole = date.formatted(.iso8601.dateTimeSeparator(.standard)).dropLast()
        #expect(Timestamp.text(date).hasPrefix(whole))
    }

    private func text(of value: some JSONWritable) -> String {
        String(decoding: JSONWriter.bytes(of: value), as: UTF8.self)
    }

    private func read(_ bytes: [UInt8]) throws -> Any { try JSONSerialization.jsonObject(with: Data(bytes)) }
}
