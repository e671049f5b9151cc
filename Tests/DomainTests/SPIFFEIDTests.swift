import Domain
import FoundationEssentials
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(4))) struct SPIFFEIDTests {
    static let edge = "898bb58c-77c2-4164-b6cc-f004dc39e125"

    @Test(.proves("EDGE-07")) func `golden vector G4 holds the edge's UUID and prints without the scheme`() throws {
        let uuid = try #require(UUID(uuidString: Self.edge))
        let id = try SPIFFEID(trustDomain: "wallaroo.ai", edge: uuid)
        #expect(id.withoutScheme == "wallaroo.ai/ns/deployments/edge/\(Self.edge)")
        #expect(id.description == "spiffe://wallaroo.ai/ns/deployments/edge/\(Self.edge)")
        #expect(id.edgeID == uuid)
        #expect(SPIFFEID(uri: id.description) == id)
    }

    @Test(arguments: [
        "spiffe://example.org", "SPIFFE://example.org/a", "spiffe://a-b_c.1/Workload/9", "spiffe://example.org/...",
    ])
    func `what the specification allows is read`(uri: String) { #expect(SPIFFEID(uri: uri) != nil) }

    @Test(arguments: [
        "", "spiffe://", "spiffe:///path", "https://example.org/a", "spiffe://Example.org/a", "spiffe://example.org/",
        "spiffe://example.org/a/", "spiffe://example.org//a", "spiffe://example.org/./a", "spiffe://example.org/a/..",
        "spiffe://example.org/a%20b", "spiffe://example.org/a?b=c", "spiffe://example.org/a#b",
        "spiffe://example.org:8443/a", "spiffe://user@example.org/a", "spiffe://example.org/\u{e9}",
        "spiffe://\(String(repeating: "a", count: 256))/b", "spiffe://a/\(String(repeating: "b", count: 2048))",
    ])
    func `what the specification forbids is not read`(uri: String) { #expect(SPIFFEID(uri: uri) == nil) }

    @Test(arguments: [
        "/ns/deployments/edge/", "/ns/deployments/edge/not-a-uuid", "/ns/deployments/edge/\(edge)/x",
        "/ns/deployments/edge/\(edge.uppercased())", "/ns/deployments/\(edge)", "",
    ])
    func `a path of another form names no edge`(path: String) {
        #expect(SPIFFEID(uri: "spiffe://wallaroo.ai\(path)")?.edgeID == nil)
    }

    @Test(arguments: ["", "Example.org", "a b", "a:1", String(repeating: "a", count: 256)])
    func `a bad trust domain is refused by name`(domain: String) throws {
        let uuid = try #require(UUID(uuidString: Self.edge))
        #expect(
            throws: Refusal.invalid(
                "trust_domain", "spiffe_trust_domain", "lower-case letters, digits, '.', '-', '_'; at most 255")
        ) { try SPIFFEID(trustDomain: domain, edge: uuid) }
    }
}
