/// Reads IP addresses as certificates hold them, without the C library.
package enum IPAddress {
    /// 4 bytes of dotted-decimal IPv4 or 16 bytes of IPv6 (RFC 4291, section 2.2, forms 1 and 2); anything else is `nil`.
    package static func bytes(of text: String) -> [UInt8]? { text.contains(":") ? v6(text) : v4(text) }

    /// An IPv4 address that a socket for both families shows as IPv6 (`::ffff:0:0/96`, however it is spelled) is that
    /// IPv4 address; a zone says nothing. Other text stays as it is.
    package static func plain(_ address: String) -> String {
        let address = String(address.prefix { $0 != "%" })
        if address.lowercased().hasPrefix(mapped), address.contains(".") {
            return String(address.dropFirst(mapped.count))
        }
        guard let bytes = bytes(of: address), bytes.count == 16, bytes.starts(with: mappedBytes) else { return address }
        return bytes.suffix(4).map(\.description).joined(separator: ".")
    }

    /// Whom an address stands for where something is counted: IPv4 whole; of IPv6 the network (/64), of which one
    /// subscriber has all. Text that is no address stands for itself.
    package static func network(of address: String) -> String {
        let address = plain(address)
        guard let bytes = bytes(of: address), bytes.count == 16 else { return address }
        let groups = (0..<4).map { String(UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]), radix: 16) }
        return groups.joined(separator: ":") + "::/64"
    }

    private static let mapped = "::ffff:"
    private static let mappedBytes: [UInt8] = Array(repeating: 0, count: 10) + [255, 255]

    private static func v4(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var out: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (48...57).contains($0) }),
                part.utf8.count == 1 || part.first != "0", let byte = UInt8(part)
            else { return nil }
            out.append(byte)
        }
        return out
    }

    private static func v6(_ text: String) -> [UInt8]? {
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard halves.count <= 2, let head = halves.first.flatMap(groups) else { return nil }
        guard halves.count == 2 else { return head.count == 16 ? head : nil }
        guard let tail = groups(halves[1]), head.count + tail.count <= 14 else { return nil }
        return head + Array(repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func groups(_ text: Substring) -> [UInt8]? {
        if text.isEmpty { return [] }
        var out: [UInt8] = []
        for group in text.split(separator: ":", omittingEmptySubsequences: false) {
            guard (1...4).contains(group.utf8.count), group.utf8.allSatisfy({ $0 != 43 && $0 != 45 }),
                let value = UInt16(group, radix: 16)
            else { return nil }
            out += [UInt8(value >> 8), UInt8(value & 255)]
        }
        return out
    }
}
