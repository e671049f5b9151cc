import Auth
import Testing

@testable import ControlPlane

/// What the server connects to when a user names a host.
struct AddressRulesTests {
    private let rules = AddressRules(listed: [], own: { ["192.168.77.5", "fd12:3456::77"] })

    @Test(arguments: [
        "10.0.0.1", "172.16.3.4", "192.168.0.7", "100.64.1.2", "203.0.113.9", "8.8.8.8", "fd12:3456::1", "2001:db8::1",
    ])
    func `private and public networks are allowed`(address: String) {
        #expect(rules.permits(address) && rules.mayPermit(host: address))
    }

    @Test(arguments: [
        "127.0.0.1", "127.8.9.1", "0.0.0.0", "0.1.2.3", "169.254.169.254", "169.254.170.2", "100.100.100.200",
        "168.63.129.16",
        "224.0.0.1",
        "255.255.255.255", "::", "::1", "::7f00:1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:7f00:1",
        "::FFFF:169.254.169.254",
        "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "ff02::1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "fd20:ce::254", "64:ff9b:1::7f00:1", "2001::7f00:1", "192.168.77.5", "::ffff:192.168.77.5", "fd12:3456:0::77",
    ])
    func `this machine, metadata services and groups of hosts are not`(address: String) {
        #expect(!rules.permits(address))
    }

    @Test func `what is no address is not permitted, but a name may turn out to be`() {
        #expect(!rules.permits("") && !rules.permits("localhost") && !rules.permits("127.1"))
        #expect(rules.mayPermit(host: "mlflow.example.com") && rules.mayPermit(host: "127.1"))
        #expect(!rules.mayPermit(host: "localhost") && !rules.mayPermit(host: "a.localhost"))
    }

    @Test func `the addresses of this machine are asked for, and without an answer nothing is permitted`() throws {
        struct Failure: Error {}
        #expect(!AddressRules(listed: [], own: { throw Failure() }).permits("203.0.113.9"))
        #expect(AddressRules(listed: [], own: { [] }).permits("192.168.77.5"))
        let listed = AddressRules(
            listed: [try AddressRange("192.168.77.5", field: "f")], own: { ["192.168.77.5"] })
        #expect(listed.permits("192.168.77.5"))
        #expect(AddressRules(listed: []).permits("203.0.113.9"))
    }

    @Test(arguments: [
        "10.0.0.1", "172.16.3.4", "172.31.255.255", "192.168.0.7", "100.64.1.2", "198.18.0.1", "fd12:3456::1",
    ])
    func `private networks can be closed`(address: String) throws {
        let rules = AddressRules(listed: [], closesPrivate: true, own: { [] })
        #expect(!rules.permits(address) && !rules.mayPermit(host: address) && !rules.permits("::ffff:10.0.0.1"))
        #expect(rules.permits("203.0.113.9") && rules.permits("2001:db8::1") && rules.permits("172.32.0.1"))
        let listed = AddressRules(
            listed: [try AddressRange(address, field: "f")], closesPrivate: true, own: { [] })
        #expect(listed.permits(address))
    }

    @Test func `an operator lists exceptions, and they are no more than that`() throws {
        let listed = AddressRules(listed: [
            try AddressRange("127.0.0.0/8", field: "f"), try AddressRange("169.254.7.7", field: "f"),
        ])
        #expect(listed.permits("127.0.0.1") && listed.permits("169.254.7.7") && listed.permits("::ffff:127.0.0.1"))
        #expect(listed.mayPermit(host: "localhost"))
        #expect(!listed.permits("169.254.169.254") && !listed.permits("::1"))
    }
}
