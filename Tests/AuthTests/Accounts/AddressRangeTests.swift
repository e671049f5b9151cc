import Domain
import TestSupport
import Testing

@testable import Auth

@Suite(.timeLimit(.minutes(4))) struct AddressRangeTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.1.2.3", "10.1.2.3", true),
        ("10.1.2.3", "10.1.2.4", false), ("10.1.2.128/25", "10.1.2.129", true), ("10.1.2.128/25", "10.1.2.1", false),
        ("0.0.0.0/0", "203.0.113.1", true), ("0.0.0.0/0", "::1", false), ("2001:db8::/32", "2001:db8:7::1", true),
        ("2001:db8::/32", "2001:db9::1", false), ("10.0.0.0/8", "::ffff:10.1.1.1", true),
        ("10.0.0.0/8", "::ffff:a01:101", true),
        ("fe80::/10", "fe80::1%eth0", true), ("10.0.0.0/8", "10.0.0.1.example.com", false), ("10.0.0.0/8", "", false),
    ])
    func `a range has the addresses of its network`(range: String, address: String, isIn: Bool) throws {
        #expect(try AddressRange(range, field: "f").contains(address) == isIn)
    }

    @Test(arguments: [
        "", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0/8", "example.com", "10.0.0.0/8/8",
    ])
    func `what is no range is refused`(text: String) {
        #expect(throws: Refusal.self) { try AddressRange(text, field: "f") }
    }
}
