import Domain
import EdgeAgent
import FoundationEssentials
import NIOHTTP1
import Testing

@Suite struct BatchReplyTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let answer: HTTPAnswer
        let reply: BatchReply
        var testDescription: String { "\(answer.status) \(String(decoding: answer.body, as: UTF8.self))" }

        init(_ status: Int, _ body: String, retryAfter: String? = nil, _ reply: BatchReply) {
            answer = HTTPAnswer(
                status: status, headers: retryAfter.map { ["Retry-After": $0] } ?? [:], body: Array(body.utf8))
            self.reply = reply
        }
    }

    static let cases: [Case] = [
        Case(
            200, "{\"acked\":7,\"duplicate\":true,\"next_delay_ms\":5}",
            .stored(.init(acked: 7, duplicate: true, nextDelayMs: 5))),
        Case(200, "hello", .misunderstood("a 200 without an acknowledgement")),
        Case(
            409, "{\"title\":\"gap\",\"ack\":{\"acked\":3,\"duplicate\":false,\"next_delay_ms\":0}}",
            .outOfStep(.init(acked: 3, duplicate: false, nextDelayMs: 0))),
        Case(409, "{\"title\":\"other\"}", .misunderstood("HTTP 409 (other)")),
        Case(
            422, "{\"title\":\"bad\",\"detail\":\"U+0000\",\"record\":12}", .badRecord(12, "HTTP 422 (bad: U+0000)")),
        Case(400, "{\"record\":1}", .badRecord(1, "HTTP 400")),
        Case(400, "{\"title\":\"bad\\u001b[31m digest\"}", .misunderstood("HTTP 400 (bad[31m digest)")),
        Case(413, "", .tooLarge("HTTP 413")),
        Case(403, "{\"title\":\"removed\"}", .refused("HTTP 403 (removed)")),
        Case(401, "", .refused("HTTP 401")),
        Case(429, "", retryAfter: "9", .later("HTTP 429", .seconds(9))),
        Case(503, "", retryAfter: "Fri, 15 Jan 2027 08:00:30 GMT", .later("HTTP 503", .seconds(30))),
        Case(503, "", retryAfter: "soon", .later("HTTP 503", nil)),
        Case(404, "", .misunderstood("HTTP 404")),
        Case(302, "", .misunderstood("HTTP 302")),
    ]

    @Test(arguments: cases) func `each answer has one meaning`(_ test: Case) {
        #expect(BatchReply(test.answer, now: FixedTime().now()) == test.reply)
    }

    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777.0), ("Thu, 29 Feb 2024 00:00:00 GMT", 1_709_164_800.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
    ]) func `HTTP dates are read`(_ text: String, _ seconds: Double) {
        #expect(HTTPDate.parse(text) == Date(timeIntervalSince1970: seconds))
    }

    @Test func `waiting doubles up to five minutes, with full jitter`() async throws {
        let clock = InstantClock()
        var patience = Patience(
            AgentContext(
                time: FixedTime(), random: FixedRandom(byte: 128), clock: clock, logger: AgentContext.testing().logger))
        for _ in 0..<11 { try await patience.wait(because: "test") }
        patience.reset()
        try await patience.wait(because: "test", retryAfter: .seconds(90_000))
        let half = 128.0 / 255  // 0.10000000… in base 256 with all digits 128
        let expected = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map { $0 * half }
        for (slept, want) in zip(clock.sleeps, expected) {
            #expect(abs(slept / .seconds(1) - want) < 0.001)
        }
        #expect(clock.sleeps.last == .seconds(3600))
    }
}
