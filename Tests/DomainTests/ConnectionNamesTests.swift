import Domain
import TestSupport
import Testing

struct ConnectionNamesTests {
    @Test(
        .proves("CONN-03"),
        arguments: [
            "ODBC", "Kafka", "HTTPFILE", "a", "with spaces", "Ünïcödé 🚚", "a/b:c?d#e", "'; drop table x; --",
            String(repeating: "x", count: 200), String(repeating: "é", count: 200),
        ])
    func `any text is a name and a type`(text: String) throws {
        #expect(try ConnectionName(text).rawValue == text)
        #expect(try ConnectionType(text).rawValue == text)
    }

    @Test(arguments: ["", "\0", "a\nb", "tab\t", "\u{1B}[31m", "\u{7F}", "\u{85}", String(repeating: "x", count: 201)])
    func `empty, long and control text is not`(text: String) {
        let name = #expect(throws: Refusal.self) { try ConnectionName(text) }
        #expect(name == .invalid("name", "display_text", ConnectionName.ruleDetail))
        let type = #expect(throws: Refusal.self) { try ConnectionType(text, field: "type") }
        #expect(type == .invalid("type", "display_text", ConnectionType.ruleDetail))
    }
}
