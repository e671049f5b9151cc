import Auth
import Domain
import NIOCore

/// What the server connects to when a user names a host (docs/model-registries.md). Private networks are allowed unless a
/// setting closes them: that is where registries of a self-hosted product are. Never, unless an operator lists them: this machine itself, link-local
/// addresses with the metadata services of clouds, and what is no single host.
struct AddressRules: Sendable {
    private let listed: [AddressRange]
    private let closesPrivate: Bool
    private let own: @Sendable () throws -> [String]

    /// - Parameters:
    ///   - listed: addresses that are allowed although the rules say no.
    ///   - closesPrivate: whether addresses of private networks are refused, too.
    ///   - own: this machine's addresses at the moment.
    init(
        listed: [AddressRange], closesPrivate: Bool = false,
        own: @escaping @Sendable () throws -> [String] = { try AddressRules.ofThisMachine() }
    ) {
        self.listed = listed
        self.closesPrivate = closesPrivate
        self.own = own
    }

    private static func ofThisMachine() throws -> [String] {
        try System.enumerateDevices().compactMap { $0.address?.ipAddress }
    }

    /// Whether the server may connect to an IP address. Text that is none is refused.
    func permits(_ address: String) -> Bool {
        let address = IPAddress.plain(address)
        guard AddressRange.isAddress(address) else { return false }
        if listed.contains(where: { $0.contains(address) }) { return true }
        if closesPrivate, Self.privateNetworks.contains(where: { $0.contains(address) }) { return false }
        guard !Self.closed.contains(where: { $0.contains(address) }), let ours = try? own() else { return false }
        // As bytes, because IPv6 is spelled in many ways.
        return !ours.contains { IPAddress.bytes(of: IPAddress.plain($0)) == IPAddress.bytes(of: address) }
    }

    /// Whether a host may turn out to be permitted: an address by the rules, a name always, but not this machine's own.
    func mayPermit(host: String) -> Bool {
        if host == "localhost" || host.hasSuffix(".localhost") { return permits("127.0.0.1") || permits("::1") }
        return !AddressRange.isAddress(host) || permits(host)
    }

    /// RFC 1918, RFC 4193, and what providers (RFC 6598) and laboratories (RFC 2544) have for themselves.
    private static let privateNetworks: [AddressRange] = [
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "100.64.0.0/10", "198.18.0.0/15",
    ].compactMap { try? AddressRange($0, field: "") }

    private static let closed: [AddressRange] = [
        "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "224.0.0.0/4", "240.0.0.0/4",
        // Metadata services of Alibaba, of Azure, and of Amazon and Google over IPv6.
        "100.100.100.200", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254",
        // Unspecified, loopback and IPv4 in IPv6; link-local, site-local, multicast; the ways of writing IPv4 in IPv6 that
        // gateways translate.
        "::/96", "::ffff:0:0/96", "fe80::/10", "fec0::/10", "ff00::/8", "64:ff9b::/96", "64:ff9b:1::/48",
        "2001::/32", "2002::/16",
    ].compactMap { try? AddressRange($0, field: "") }
}
