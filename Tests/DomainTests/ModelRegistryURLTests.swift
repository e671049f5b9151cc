import Domain
import TestSupport
import Testing

/// Addresses of model registries: one way to write each.
struct ModelRegistryURLTests {
    @Test(
        .proves("REG-03"),
        arguments: [
            ("https://mlflow.example.com", "https://mlflow.example.com", "mlflow.example.com", 443, ""),
            ("HTTPS://MLflow.Example.com:8443//", "https://mlflow.example.com:8443", "mlflow.example.com", 8443, ""),
            ("http://10.0.0.5:5000/", "http://10.0.0.5:5000", "10.0.0.5", 5000, ""),
            ("http://a_b/Team/ml-flow", "http://a_b/Team/ml-flow", "a_b", 80, "/Team/ml-flow"),
            ("http://[FD12::1]:5000/x", "http://[fd12::1]:5000/x", "fd12::1", 5000, "/x"),
        ])
    func `an address is read`(text: String, kept: String, host: String, port: Int, path: String) throws {
        let url = try ModelRegistryURL(trimming: text, field: "url")
        #expect(url.rawValue == kept)
        let parts = try #require(url.parts)
        #expect(parts.host == host && parts.port == port && parts.path == path)
        #expect(parts.isTLS == kept.hasPrefix("https"))
    }

    @Test(arguments: [
        "", "https:", "https://", "https:///x", "mlflow", "ftp://a", "https://a b", "https://a@b", "https://a:b@c",
        "https://a?x", "https://a#x", "https://a/?x", "https://a/b#", "https://a/./b", "https://a/..", "https://a//b",
        "https://a/%41", "https://a/\\b", "https://a:", "https://a:0", "https://a:65536", "https://a:+1",
        "https://a:123456",
        "https://a..b", "https://.a", "https://é", "https://a\u{0}", "https://a\n", "https://[::1", "https://[]",
        "https://[a]",
        "https://[::1]x", "https://::1", " https://a", "https://a/\u{e9}",
        "https://a/" + String(repeating: "x", count: 500),
    ])
    func `anything else is refused`(text: String) {
        #expect(throws: Refusal.invalid("url", ModelRegistryURL.rule, ModelRegistryURL.ruleDetail)) {
            try ModelRegistryURL(trimming: text, field: "url")
        }
    }
}
