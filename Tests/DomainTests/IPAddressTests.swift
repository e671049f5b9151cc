import Domain
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(4))) struct IPAddressTests {
    @Test(arguments: [
        ("127.0.0.1", "7f000001"), ("255.255.255.0", "ffffff00"), ("0.0.0.0", "00000000"),
        ("::", "00000000000000000000000000000000"), ("::1", "00000000000000000000000000000001"),
        ("2001:db8::8a2e:370:7334", "20010db80000000000008a2e03707334"),
        ("2001:0DB8:0:0:0:0:0:1", "20010db8000000000000000000000001"), ("fe80::", "fe800000000000000000000000000000"),
    ])
    func `an address is read to its bytes`(text: String, hex: String) throws {
        #expect(Hex.encode(try #require(IPAddress.bytes(of: text))) == hex)
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.+4", "1.2.3.-4", "a.b.c.d", ":", ":::",
        "1::2::3",
        "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "::1%eth0", "[::1]", "1:2:3:4:5:6:7:8::", "::+1",
    ])
    func `anything else is no address`(text: String) { #expect(IPAddress.bytes(of: text) == nil) }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("::FFFF:192.0.2.7", "192.0.2.7"),
        ("::ffff:c000:207", "192.0.2.7"), ("0:0:0:0:0:ffff:c000:0207", "192.0.2.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"), ("2001:0DB8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"), ("fe80::1%eth0", "fe80:0:0:0::/64"), ("::1", "0:0:0:0::/64"),
        ("unknown", "unknown"), ("", ""),
    ])
    func `counted is an IPv4 address whole, however it is shown, and of IPv6 the network`(text: String, network: String)
    {
        #expect(IPAddress.network(of: text) == network)
    }
}
