import Domain
import TestSupport
import Testing

@testable import Auth

@Suite(.timeLimit(.minutes(4))) struct OIDCPartsTests {
    @Test(.proves("AUTH-05")) func `a user code is four letters, a dash, four letters`() throws {
        let random = SeededRandom()
        let codes = (0..<2000).map { _ in UserCode(random: random) }
        let letters = Set("BCDFGHJKLMNPQRSTVWXZ")
        for code in codes {
            let halves = code.description.split(separator: "-")
            #expect(halves.count == 2 && halves.allSatisfy { $0.count == 4 && $0.allSatisfy(letters.contains) })
        }
        #expect(Set(codes).count == codes.count)
        #expect(Set(codes.flatMap { $0.description }).count == 21)
    }

    @Test(arguments: ["BCDF-GHJK", "bcdf-ghjk", "BCDFGHJK", "bcdf ghjk", " BCDF - GHJK "])
    func `a user code may be typed in several ways`(text: String) {
        #expect(UserCode(text)?.description == "BCDF-GHJK")
    }

    @Test(arguments: ["", "BCDF-GHJ", "BCDF-GHJKL", "ABCD-EFGH", "BCDF-GHJ1", "BCDF_GHJK", "ＢCDF-GHJK"])
    func `anything else is no user code`(text: String) { #expect(UserCode(text) == nil) }

    @Test(arguments: [
        "http://127.0.0.1", "http://127.0.0.1/", "http://127.0.0.1:1", "http://127.0.0.1:65535/a?b=c",
        "http://localhost:80/x",
        "http://[::1]:8080/cb", "https://app.example.com/cb", "https://app.example.com/cb?tenant=1",
    ]) func `registered and loopback addresses may be named`(uri: String) throws {
        let redirects = try RedirectURIs(["https://app.example.com/cb", "https://app.example.com/cb?tenant=1"])
        #expect(redirects.allows(uri))
    }

    @Test(arguments: [
        "", "http://127.0.0.1:0/", "http://127.0.0.1:65536/", "http://127.0.0.1:/", "http://127.0.0.1:80a/",
        "http://127.0.0.1:80@evil.example/", "http://127.0.0.1@evil.example/", "http://127.0.0.10/",
        "http://127.0.0.1.evil.example/", "http://localhostess/", "https://localhost/", "HTTP://127.0.0.1/",
        "http://127.0.0.1/\r\nX: y", "http://127.0.0.1/ x", "http://127.0.0.1/#x", "http://127.0.0.1\\@evil.example/",
        "https://app.example.com/cb/", "https://app.example.com/cb?tenant=2", "https://app.example.com/cb%2F",
        "https://APP.example.com/cb", "https://app.example.com:443/cb", "//app.example.com/cb", "javascript:alert(1)",
    ]) func `no other address may be named`(uri: String) throws {
        let redirects = try RedirectURIs(["https://app.example.com/cb", "https://app.example.com/cb?tenant=1"])
        #expect(!redirects.allows(uri))
    }

    @Test(arguments: ["app://callback", "https://", "https://a b/", "https://a/#x", "example.com", "https://user@a/"])
    func `an address that can't be registered is refused by name`(uri: String) {
        let error = #expect(throws: Refusal.self) { try RedirectURIs([uri]) }
        guard case .invalid(let fields)? = error else { Issue.record("\(String(describing: error))"); return }
        #expect(fields.map(\.field) == ["oidc.redirect.uris"])
    }

    @Test func `parameters are added to a query and can't break out of it`() {
        #expect(
            RedirectURIs.adding([("a", "x y&z=\r\n#é"), ("b", nil)], to: "http://127.0.0.1/")
                == "http://127.0.0.1/?a=x%20y%26z%3D%0D%0A%23%C3%A9")
        #expect(RedirectURIs.adding([("a", "1")], to: "http://127.0.0.1/?q=2") == "http://127.0.0.1/?q=2&a=1")
        #expect(RedirectURIs.adding([("a", nil)], to: "http://127.0.0.1/") == "http://127.0.0.1/")
    }

    @Test func `an origin is scheme, host and port`() {
        #expect(RedirectURIs.origin(of: "https://app.example.com:8443/cb?x=1") == "https://app.example.com:8443")
        #expect(RedirectURIs.origin(of: "http://127.0.0.1?x") == "http://127.0.0.1")
        for uri in ["ftp://a/", "https://", "https://a;script-src *", "https://a'b/"] {
            #expect(RedirectURIs.origin(of: uri) == nil)
        }
    }

    @Test func `what a client calls itself is cut and cleaned`() {
        let origin = SignInOrigin(
            address: String(repeating: "1", count: 100),
            agent: "a\r\nb\u{0}\u{202E}c" + String(repeating: "x", count: 300))
        #expect(origin.address?.count == 64)
        #expect(origin.agent.hasPrefix("abcx") && origin.agent.unicodeScalars.count <= 200)
    }

    @Test func `a form's token follows from its cookie alone`() {
        let random = SeededRandom()
        let (one, other) = (OpaqueToken(.session, random: random), OpaqueToken(.session, random: random))
        #expect(one.formToken == OpaqueToken(one.text.reveal(), kind: .session)?.formToken)
        #expect(one.formToken != other.formToken && !one.text.reveal().contains(one.formToken))
    }
}
