import Domain
import TestSupport
import Testing

@testable import ControlPlane

/// The member `details` of a request, taken as it stands.
struct ConnectionDetailsTests {
    private func details(_ text: String) throws -> String {
        let body = Array("{\"name\":\"n\",\"details\":\(text),\"type\":\"t\"}".utf8)
        return String(decoding: try ConnectionDetails(in: body).json.reveal(), as: UTF8.self)
    }

    @Test(
        .proves("CONN-11"),
        arguments: [
            "{}", #"{"user":"ada","password":"p\"w\\\n\u0000é🚚","port":5432}"#, #"{ "a" : [ 1 , { } , null ] }"#,
            #"{"big":123456789012345678901234567890,"exact":0.10000000000000000001,"small":1E-400}"#,
            #"{"details":{"details":1},"name":"inner"}"#, #"{"snake_case":1,"camelCase":2}"#,
            String(repeating: #"{"a":"#, count: 61) + "{}" + String(repeating: "}", count: 61),
        ])
    func `an object is kept byte for byte`(text: String) throws {
        #expect(try details(text) == text)
    }

    @Test func `line feeds between tokens become spaces`() throws {
        #expect(try details("{\n  \"a\": \"b\\nc\"\r\n}") == "{   \"a\": \"b\\nc\"\r }")
    }

    @Test(arguments: [
        ("[]", "type"), ("\"text\"", "type"), ("null", "type"), ("7", "type"), ("true", "type"),
        ("{\"a\":01}", "json_object"), ("{\"a\":1,}", "json_object"), ("{'a':1}", "json_object"),
        ("{\"a\":NaN}", "json_object"), ("{\"a\":\"\u{1}\"}", "json_object"),
        (String(repeating: "[", count: 100) + String(repeating: "]", count: 100), "json_object"),
    ])
    func `anything else is refused`(text: String, rule: String) {
        #expect(Self.rule { _ = try details(text) } == rule)
    }

    @Test func `the member is needed, in plain letters and UTF-8, and has a limit`() throws {
        let fits = #"{"a":""# + String(repeating: "x", count: ConnectionDetails.maxBytes - 8) + #""}"#
        #expect(try details(fits).utf8.count == ConnectionDetails.maxBytes)
        #expect(Self.rule { _ = try details(fits.replacing("xx\"", with: "xxx\"")) } == "size")
        #expect(Self.rule { _ = try ConnectionDetails(in: Array(#"{"name":"n"}"#.utf8)) } == "required")
        #expect(Self.rule { _ = try ConnectionDetails(in: Array(#"{"d\u0065tails":{}}"#.utf8)) } == "required")
        let broken = Array(#"{"details":{"a":""#.utf8) + [0xC3, 0x28] + Array(#""}}"#.utf8)
        #expect(Self.rule { _ = try ConnectionDetails(in: broken) } == "utf8")
    }

    @Test func `details print as a secret`() throws {
        let details = try ConnectionDetails(in: Array(#"{"details":{"password":"hunter2"}}"#.utf8))
        var text = "\(details) \(String(reflecting: details))"
        dump(details, to: &text)
        #expect(!text.contains("hunter2") && !text.contains("104, 117, 110"))
    }

    /// The rule that a refusal of `details` names.
    private static func rule(_ body: () throws -> Void) -> String? {
        let refusal = #expect(throws: Refusal.self) { try body() }
        guard case .invalid(let errors)? = refusal, errors.count == 1, errors[0].field == "details" else { return nil }
        return errors[0].rule
    }
}
