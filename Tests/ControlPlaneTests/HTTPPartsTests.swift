import Auth
import Domain
import Foundation
import HTTPTypes
import Logging
import Synchronization
import TestSupport
import Testing

@testable import ControlPlane

struct HTTPPartsTests {
    @Test func `times are RFC 3339 in UTC with microseconds`() {
        #expect(Timestamp.text(Date(timeIntervalSince1970: 1_692_281_084.939862)) == "2023-08-17T14:04:44.939862Z")
        #expect(Timestamp.text(Date(timeIntervalSince1970: 0)) == "1970-01-01T00:00:00.000000Z")
        #expect(Timestamp.parse("2023-08-17T14:04:44Z") == Date(timeIntervalSince1970: 1_692_281_084))
        #expect(Timestamp.parse("yesterday") == nil)
    }

    @Test func `cursors come back as they went, and nothing else is one`() {
        for key in ["1", "ada@example.com", "6c3d9899-1335-456b-aaa0-52d03a017cc4"] {
            #expect(Cursor.decode(Cursor.encode(key)) == key)
        }
        for text in ["", "!", "a+b/", "MQ", String(repeating: "a", count: 300)] { #expect(Cursor.decode(text) == nil) }
    }

    @Test func `a position in a list by time comes back to the microsecond, and no time that no row has is one`() throws
    {
        let id = "6c3d9899-1335-456b-aaa0-52d03a017cc4"
        let position = try #require(TimedPosition<Entity.User>("1692281084939862.\(id)"))
        #expect(position.description == "1692281084939862.\(id)")
        for text in ["", id, "1.\(id).1", "1.x", "-1.\(id)", "9000000000000000000.\(id)", "99999999999999999999.\(id)"]
        {
            #expect(TimedPosition<Entity.User>(text) == nil, "\(text)")
        }
    }

    @Test func `Content-Digest is read by RFC 9530`() throws {
        let digest = Digest(hashing: Array("hello".utf8))
        let value = "sha-512=:AAAA:, sha-256=:\(Data(digest.bytes).base64EncodedString()):"
        #expect(try ContentDigest.parse([.contentDigest: value]) == digest)
        #expect(try ContentDigest.parse([:]) == nil)
        for bad in ["", "sha-256=abc", "sha-256=:AAAA:", "md5=:AAAA:", "sha-256=::"] {
            #expect(throws: Refusal.self) { try ContentDigest.parse([.contentDigest: bad]) }
        }
    }

    @Test func `a log line is one JSON object, whatever the text`() throws {
        let lines = Mutex<[String]>([])
        var logger = Logger(label: "t") { label in
            JSONLogHandler(label: label, level: .info, time: ManualTime()) { line in lines.withLock { $0.append(line) }
            }
        }
        logger[metadataKey: "k"] = "v"
        logger.info(
            "a \"quoted\"\nline\u{2028}\u{7}", metadata: ["n": .stringConvertible(7), "evil": "\n{\"level\":\"x\"}"])
        let line = try #require(lines.withLock { $0.first })
        #expect(line.filter { $0.isNewline }.count == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["message"] as? String == "a \"quoted\"\nline\u{2028}\u{7}")
        #expect(object["n"] as? Int == 7)
        #expect(object["k"] as? String == "v")
        #expect(object["time"] as? String == "2026-01-15T12:00:00.000000Z")
    }

    @Test func `metrics are in the Prometheus text format`() {
        let metrics = HTTPMetrics()
        metrics.record(method: .get, route: "/api/v1/me", status: 200, duration: .milliseconds(3))
        metrics.record(method: .get, route: "/api/v1/me", status: 200, duration: .seconds(100))
        let text = metrics.render()
        #expect(text.contains(#"drover_http_requests_total{method="GET",route="/api/v1/me",status="200"} 2"#))
        #expect(text.contains(#"le="0.0025"} 0"#))
        #expect(text.contains(#"le="0.005"} 1"#))
        #expect(text.contains(#"le="+Inf"} 2"#))
    }

    @Test func `every refusal has a code, a status and a sentence`() {
        let all: [Refusal] = [
            .unauthenticated("x"), .forbidden("x"), .notFound(.model), .methodNotAllowed(allow: "GET"), .malformed("x"),
            .invalid("f", "r", "d"), .stale, .preconditionRequired, .tooLarge(limitBytes: 1),
            .unsupportedMediaType("x"),
            .tooMany(retryAfterSeconds: 1), .unavailable("x", retryAfterSeconds: 1),
        ]
        #expect(Set(all.map(\.code)).count == all.count)
        #expect(all.allSatisfy { (400...503).contains($0.status) && !$0.detail.isEmpty && !$0.title.isEmpty })
    }

    @Test(arguments: ["Ada", "Ada Lovelace", "\u{e9}", "\u{65e5}\u{672c}", String(repeating: "a", count: 200)])
    func `names for display that are fine`(name: String) throws {
        #expect(try Text.name(name, field: "f") == name)
    }

    @Test(arguments: [
        "", "a\r\nSet-Cookie: x=y", "a\u{0}", "a\u{1b}[2J", "a\u{85}b", "a\u{2028}b", "a\u{202e}b", "a\u{2066}b",
        String(repeating: "a", count: 201),
    ])
    func `names that could mislead a reader of logs or pages are refused`(name: String) {
        #expect(throws: Refusal.self) { try Text.name(name, field: "f") }
    }

    @Test func `percent-encoded text is read as it was meant, and nothing else`() {
        for (text, plain) in [
            ("ada@example.com", "ada@example.com"), ("a%2Bb%40c.d", "a+b@c.d"), ("a+b", "a+b"), ("%c3%A9", "\u{e9}"),
            ("", ""),
        ] {
            #expect(PercentEncoding.decode(text) == plain)
        }
        #expect(PercentEncoding.decode("a+b%2Bc", plusIsSpace: true) == "a b+c")
        for bad in ["%", "%4", "%4x", "%x4", "a%", "%ff", "%+1"] { #expect(PercentEncoding.decode(bad) == nil) }
    }

    @Test(arguments: ["model.onnx", "a", "A_b-1.2"]) func `file names that are fine`(name: String) throws {
        #expect(try Text.fileName(name, field: "f") == name)
    }

    @Test(arguments: ["", "..", ".hidden", "a/b", "a b", "é", "a\u{0}", String(repeating: "a", count: 129)])
    func `file names that are refused`(name: String) {
        #expect(throws: Refusal.self) { try Text.fileName(name, field: "f") }
    }
}
