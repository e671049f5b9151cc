package import Domain

/// A set of IP addresses: one, or a network in CIDR notation such as `10.0.0.0/8` or `2001:db8::/32`.
package struct AddressRange: Hashable, Sendable {
    private let network: [UInt8]
    private let bits: Int

    /// - Throws: `Refusal.invalid` for anything else.
    package init(_ text: String, field: String) throws(Refusal) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bytes = IPAddress.bytes(of: String(parts[0])),
            let bits = parts.count == 1 ? bytes.count * 8 : Self.length(parts[1]), bits <= bytes.count * 8
        else {
            throw .invalid(field, "address_range", "IP addresses or networks such as 10.0.0.0/8, with commas between")
        }
        network = bytes
        self.bits = bits
    }

    /// Whether the address belongs to it; text that is no address belongs nowhere.
    package func contains(_ address: String) -> Bool {
        guard let bytes = IPAddress.bytes(of: IPAddress.plain(address)), bytes.count == network.count else {
            return false
        }
        return (0..<bits).allSatisfy { bit in
            (bytes[bit / 8] ^ network[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
        }
    }

    /// Whether the text is an IP address.
    package static func isAddress(_ text: String) -> Bool { IPAddress.bytes(of: IPAddress.plain(text)) != nil }

    private static func length(_ text: Substring) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }
}
