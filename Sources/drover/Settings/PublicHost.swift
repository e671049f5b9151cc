import Domain

/// `host[:port][/path]` under which edges reach the edge port. Held at start to what an EDGE_BUNDLE can carry and an edge
/// can read (EDGE-09), because a bundle that is wrong is only noticed on the node.
struct PublicHost: Sendable {
    let text: String
    /// A DNS name or an IPv4 address, in lower case.
    let host: String

    /// - Throws: `Refusal.invalid` naming the setting.
    init(_ text: String, setting: String) throws(Refusal) {
        let slash = text.firstIndex(of: "/") ?? text.endIndex
        let authority = text[..<slash].split(separator: ":", omittingEmptySubsequences: false)
        let isSafe = text.utf8.allSatisfy {
            switch $0 {
            case 48...57, 65...90, 97...122, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: ":"),
                UInt8(ascii: "/"):
                true
            default: false
            }
        }
        guard isSafe, (1...2).contains(authority.count), let host = authority.first, !host.isEmpty,
            authority.count == 1 || (UInt16(authority[1]) ?? 0) > 0, !text[slash...].contains("//")
        else {
            throw .invalid(
                setting, "host_port_path", "host[:port][/path] with a DNS name or an IPv4 address, without a scheme")
        }
        self.text = text
        self.host = host.lowercased()
    }
}
