import Auth
import Foundation
import Hummingbird
import Synchronization
import TestSupport
import Testing

@testable import ControlPlane

@Suite(.timeLimit(.minutes(4))) struct PagesTests {
    @Test func `text is escaped scalar by scalar`() {
        let escaping = HTMLEscaping()
        #expect(escaping.escapeText("<a href=\"x\">'&'</a>") == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;")
        #expect(
            escaping.escapeText("\"\u{301}<\u{338}>\u{20D2}&\u{301}'\u{301}")
                == "&quot;\u{301}&lt;\u{338}&gt;\u{20D2}&amp;\u{301}&#39;\u{301}")
        #expect(escaping.escapeText("a\u{0}b") == "a\u{FFFD}b")
        #expect(escaping.escapeText("Zoë 李 🙂") == "Zoë 李 🙂")
    }

    @Test func `no template takes a value as it stands`() {
        for (name, text) in PageTemplates.all {
            #expect(!text.contains("{{{") && !text.contains("{{&"), "\(name)")
            #expect(!text.contains("<script") && !text.contains(" style=") && !text.contains("<style"), "\(name)")
        }
    }

    private func html(_ template: String, _ values: Pages.Values) async throws -> String {
        let writer = CollectingWriter(limit: 1 << 20)
        try await Pages().page(template, values).body.write(writer)
        return writer.buffer.withLock { String(buffer: $0) }
    }

    @Test(arguments: PageTemplates.all.keys.sorted())
    func `what is not there leaves nothing on the page`(template: String) async throws {
        let names = ["error", "username", "return_uri", "state", "address", "scope", "text", "link", "external"]
        for absent in [nil, ""] as [String?] {
            let page = try await html(
                template, Dictionary(uniqueKeysWithValues: names.map { ($0, PageValue.text(absent)) })
            )
            .replacing("spellcheck=\"false\"", with: "")
            #expect(!page.contains("false") && !page.contains("nil") && !page.contains("Absent"))
            #expect(!page.contains("role=\"alert\"") && !page.contains("<dt>From"))
        }
    }

    @Test(arguments: PageTemplates.all.keys.sorted())
    func `every value of every page is escaped`(template: String) async throws {
        let evil = PageValue.text("\"\u{301}><script>x")
        let names = [
            "title", "error", "form_token", "return", "username", "email", "client", "asked_at", "address", "scope",
            "code", "name", "role", "text", "link", "link_text", "return_uri", "state", "id", "kind", "agent", "since",
            "last_used", "issuer", "subject",
        ]
        var values = Dictionary(uniqueKeysWithValues: names.map { ($0, evil) })
        values["user"] = .flag(true)
        values["sessions"] = .list([values.merging(["current": .flag(true)]) { $1 }])
        values["has_identities"] = .flag(true)
        values["identities"] = .list([values])
        let html = try await html(template, values)
        #expect(!html.unicodeScalars.map { $0 }.contains("\u{0}"))
        #expect(!html.utf8.elementsEqual("".utf8) && !html.contains("<script") && !html.contains("\"\u{301}"))
        #expect(template == "foot" || html.contains("&lt;script&gt;"))
    }

    @Test(arguments: [
        ("/account", "/account"),
        ("/auth/realms/master/device?user_code=BCDF-GHJK", "/auth/realms/master/device?user_code=BCDF-GHJK"),
        ("/account?x=1", "/account?x=1"), ("//evil.example", "/account"), ("https://evil.example/account", "/account"),
        ("/\\evil", "/account"), ("/account#x", "/account"), ("/accounts", "/account"), ("/account/../x", "/account"),
        ("/account\u{A}", "/account"), ("/account?\u{E9}", "/account"), ("", "/account"), ("account", "/account"),
    ]) func `a return target is one of our own pages`(text: String, expected: String) {
        #expect(ReturnTarget(text).text == expected)
    }

    @Test func `an authorization request does not ask for the password twice`() {
        let target = ReturnTarget("/auth/realms/master/protocol/openid-connect/auth?a=1&prompt=login&max_age=0&b=2")
        #expect(target.afterSignIn == "/auth/realms/master/protocol/openid-connect/auth?a=1&b=2")
    }

    @Test(arguments: [
        ("%70rompt=login&a=1", "a=1"), ("a=1&m%61x_age=0", "a=1"), ("prompt=%6Cogin&a=1", "a=1"),
        ("prompt=login+consent&a=1", "a=1&prompt=consent"), ("%70rompt=consent%20login", "prompt=consent"),
        ("a=%26prompt%3Dlogin", "a=%26prompt%3Dlogin"), ("a=b+c", "a=b%20c"),
    ]) func `however a parameter is written, it is not asked for twice`(query: String, rest: String) {
        let path = "/auth/realms/master/protocol/openid-connect/auth?"
        #expect(ReturnTarget(path + query).afterSignIn == path + rest)
    }
}
