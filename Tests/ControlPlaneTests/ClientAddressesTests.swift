import Auth
import Domain
import TestSupport
import Testing

@testable import ControlPlane

@Suite(.timeLimit(.minutes(4))) struct ClientAddressesTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        var trusted: [String] = []
        let peer: String?
        var forwarded: [String] = []
        let expected: String?
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "the peer", peer: "203.0.113.1", expected: "203.0.113.1"),
        Case(name: "a header of anybody", peer: "203.0.113.1", forwarded: ["198.51.100.1"], expected: "203.0.113.1"),
        Case(
            name: "a trusted proxy's header", trusted: ["10.0.0.0/8"], peer: "10.0.0.1", forwarded: ["198.51.100.1"],
            expected: "198.51.100.1"),
        Case(
            name: "what the client made up stands left of what the proxy saw", trusted: ["10.0.0.0/8"],
            peer: "10.0.0.1", forwarded: ["1.1.1.1, 198.51.100.1"], expected: "198.51.100.1"),
        Case(
            name: "two trusted proxies", trusted: ["10.0.0.0/8"], peer: "10.0.0.1",
            forwarded: ["1.1.1.1, 198.51.100.1, 10.0.0.2"], expected: "198.51.100.1"),
        Case(
            name: "several header lines", trusted: ["10.0.0.0/8"], peer: "10.0.0.1",
            forwarded: ["1.1.1.1", "198.51.100.1"], expected: "198.51.100.1"),
        Case(
            name: "nonsense from a trusted proxy", trusted: ["10.0.0.0/8"], peer: "10.0.0.1", forwarded: ["unknown"],
            expected: nil),
        Case(name: "a trusted proxy without a header", trusted: ["10.0.0.1"], peer: "10.0.0.1", expected: nil),
        Case(name: "an undeclared proxy on this machine", peer: "127.0.0.1", forwarded: ["1.1.1.1"], expected: nil),
        Case(
            name: "a declared one", trusted: ["127.0.0.1"], peer: "::ffff:127.0.0.1", forwarded: ["2001:db8::1"],
            expected: "2001:db8::1"),
        Case(name: "no socket", peer: nil, forwarded: ["1.1.1.1"], expected: nil),
    ]

    @Test(arguments: cases) func `the client is the last one that a trusted proxy saw`(example: Case) throws {
        let addresses = ClientAddresses(trusted: try example.trusted.map { try AddressRange($0, field: "f") })
        #expect(addresses.address(peer: example.peer, forwardedFor: example.forwarded) == example.expected)
    }
}
