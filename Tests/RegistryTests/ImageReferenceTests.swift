import Domain
import Registry
import TestSupport
import Testing

/// Images by registry, repository and tag or digest.
struct ImageReferenceTests {
    @Test(
        .proves("IMG-02"),
        arguments: [
            ("ghcr.io/wallaroolabs/wallaroo_tutorials/mlflow-statsmodels-example:2023.1", "ghcr.io", "2023.1"),
            ("localhost/m:1", "localhost", "1"), ("registry:5000/a/b:v_1", "registry:5000", "v_1"),
            ("ghcr.io/a@sha256:" + String(repeating: "0f", count: 32), "ghcr.io", nil),
            ("ghcr.io/a:1@sha256:" + String(repeating: "0f", count: 32), "ghcr.io", "1"),
        ] as [(String, String, String?)])
    func `a reference is read and written`(text: String, registry: String, tag: String?) throws {
        let image = try ImageReference(text, field: "image")
        #expect(image.description == text && image.registry == registry && image.tag?.description == tag)
    }

    @Test(arguments: [
        "", "a", "a:1", "a/b:1", "ghcr.io/a", "ghcr.io/A:1", "ghcr.io/a:", "ghcr.io/a:-1", "ghcr.io//a:1",
        "ghcr.io/a:1@",
        "ghcr.io/a@sha256:00", "ghcr.io/a:1@sha256:00@x", "https://ghcr.io/a:1", "ghcr..io/a:1", "-a.io/b:1",
        "a.io:0/b:1",
        "a.io:x/b:1", "a.io:70000/b:1", "a.io:1:2/b:1", "ghcr.io/a:1\n", "ghcr.io/a:1 ", "ghcr.io/$(id):1",
    ])
    func `anything else is refused`(text: String) {
        #expect(throws: Refusal.self) { try ImageReference(text, field: "image") }
    }
}
