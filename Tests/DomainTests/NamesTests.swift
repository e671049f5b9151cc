import Domain
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(4))) struct NamesTests {
    static let long = String(repeating: "a", count: 63)
    /// Broken for every name but an e-mail.
    static let neverLabels = [
        "", "-a", "a-", "-", "a.b", "a_b", "a b", "a/b", "a\u{0}b", "\u{e9}t\u{e9}", "a\n", "\(long)a", "\u{ff41}",
    ]

    @Test(.proves("WS-02"), arguments: ["a", "A", "9", "a-b", "Sample-Workspace-1", "a--b", long])
    func `a workspace name is made of ASCII letters, digits and dashes`(text: String) throws {
        #expect(try WorkspaceName(text).rawValue == text)
    }

    @Test(.proves("WS-02"), arguments: neverLabels)
    func `a workspace name with anything else is refused, naming field and rule`(text: String) {
        #expect(throws: Refusal.invalid("workspace", "dns_label", WorkspaceName.ruleDetail)) {
            try WorkspaceName(text, field: "workspace")
        }
    }

    @Test(.proves("MODEL-01"), arguments: ["a", "9", "a-b", "ccfraud-2", long])
    func `a model name is made of lower-case letters, digits and dashes`(text: String) throws {
        #expect(try ModelName(text).rawValue == text)
    }

    @Test(.proves("MODEL-01"), arguments: neverLabels + ["A", "aB"])
    func `a model name with anything else is refused`(text: String) {
        #expect(throws: Refusal.invalid("name", "dns_label_lower", ModelName.ruleDetail)) { try ModelName(text) }
    }

    @Test(.proves("PIPE-01"), arguments: ["a", "9", "edge-pipeline", long])
    func `a pipeline name is made of letters, digits and dashes`(text: String) throws {
        #expect(try PipelineName(text).rawValue == text)
    }

    @Test(.proves("PIPE-01"), arguments: neverLabels)
    func `a pipeline name with anything else is refused`(text: String) {
        #expect(throws: Refusal.invalid("name", "dns_label_lower", PipelineName.ruleDetail)) { try PipelineName(text) }
    }

    @Test func `capitals in pipeline and edge names are refused, for the registry and the shell`() {
        #expect(PipelineName(rawValue: "Edge") == nil)
        #expect(EdgeName(rawValue: "Edge") == nil)
    }

    @Test(arguments: neverLabels + ["a;b", "$(x)"])
    func `an edge name that is no label is refused`(text: String) { #expect(EdgeName(rawValue: text) == nil) }

    @Test(
        .proves("TAG-02"),
        arguments: ["a", "My Great Tag", "100% \u{20ac}_", String(repeating: "\u{1f600}", count: 100)])
    func `a tag is any text of up to 100 characters`(text: String) throws {
        #expect(try TagText(text).rawValue == text)
    }

    @Test(arguments: ["", "a\nb", "\u{0}", "\u{85}", String(repeating: "a", count: 101)])
    func `a tag without text, with control characters or too long is refused`(text: String) {
        #expect(throws: Refusal.invalid("tag", "tag", TagText.ruleDetail)) { try TagText(text, field: "tag") }
    }

    @Test(
        .proves("AUTH-15"), arguments: ["ada@example.com", "a@b", "o'hara+tag@mail.example.co.uk", "Ada@Example.com"])
    func `an e-mail address is kept in lower case`(text: String) throws {
        #expect(try Email(text).rawValue == text.lowercased())
    }

    @Test(
        .proves("AUTH-15"),
        arguments: [
            "", "ada", "@example.com", "ada@", "a@b@c", "ada@exa mple.com", "ada@-example.com", "ada@example..com",
            "ada@ex\u{0}ample.com", "ada\u{0}@example.com", "ada@example.com\u{0}", "ada\r\nBcc: eve@example.com",
            "\u{0430}da@example.com", "ada@ex\u{0430}mple.com", "\u{212A}im@example.com", "ada\u{FF20}example.com",
            "ada@example\u{3002}com", "ad\u{200B}a@example.com", "a\u{0301}da@example.com", "\u{202E}ada@example.com",
            "\u{e9}@example.com", "\(String(repeating: "a", count: 65))@b", "ada@example.com\n",
        ])
    func `what is no e-mail address is refused`(text: String) { #expect(Email(rawValue: text) == nil) }

    @Test func `a default workspace is named after the e-mail address, exempt from the rule`() throws {
        let name = WorkspaceName.defaultWorkspace(of: try Email("Ada@example.com"))
        #expect(name.rawValue == "ada@example.com - Default Workspace")
        #expect(!WorkspaceName.isValid(name.rawValue))
    }
}
