/// Where a model registry is: `http` or `https`, a host, perhaps a port and a path below which its API lies. No user, no
/// query, no fragment, nothing escaped, no dot segments and no capitals in the host, so that there is one way to read it.
package struct ModelRegistryURL: ValidName {
    /// Without a slash at the end.
    package let rawValue: String
    package init(unchecked: String) { rawValue = unchecked }
    package static let rule = "registry_url"
    package static let ruleDetail =
        "https://host[:port][/path] or http://…, at most 500 characters, without user, query and escapes"
    package static func isValid(_ text: String) -> Bool { Parts(text) != nil }

    /// What the address consists of; `nil` for text that did not come through `isValid`.
    package var parts: Parts? { Parts(rawValue) }

    /// Reads an address from outside; slashes at its end and capitals in scheme and host don't count.
    /// - Throws: `Refusal.invalid`.
    package init(trimming text: String, field: String) throws(Refusal) {
        var rest = text[...]
        while rest.last == "/" { rest.removeLast() }
        let parts = rest.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        let path = parts.count == 4 ? "/\(parts[3])" : ""
        try self.init(parts.prefix(3).joined(separator: "/").lowercased() + path, field: field)
    }

    /// The components of an address.
    package struct Parts: Sendable, Hashable {
        package let isTLS: Bool
        /// A name or an IPv4 address, or an IPv6 address without brackets.
        package let host: String
        package let port: Int
        /// Empty, or with a slash at the beginning and none at the end.
        package let path: String

        init?(_ text: String) {
            guard text.utf8.count <= 500, let scheme = ["https://", "http://"].first(where: text.hasPrefix) else {
                return nil
            }
            isTLS = scheme == "https://"
            let rest = text.dropFirst(scheme.count)
            let authority = rest.prefix { $0 != "/" }
            path = String(rest.dropFirst(authority.count))
            guard let (host, port) = Self.hostAndPort(authority), Self.isPath(path) else { return nil }
            self.host = host
            self.port = port ?? (isTLS ? 443 : 80)
        }

        private static func hostAndPort(_ text: Substring) -> (String, Int?)? {
            let isBracketed = text.hasPrefix("[")
            let end = isBracketed ? text.firstIndex(of: "]") : text.firstIndex(of: ":") ?? text.endIndex
            guard let end else { return nil }
            let host = isBracketed ? text[..<end].dropFirst() : text[..<end]
            let rest = isBracketed ? text[end...].dropFirst() : text[end...]
            guard isHost(host, isV6: isBracketed) else { return nil }
            guard !rest.isEmpty else { return (String(host), nil) }
            let digits = rest.dropFirst()
            guard rest.first == ":", (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy(isDigit),
                let port = Int(digits), (1...65535).contains(port)
            else { return nil }
            return (String(host), port)
        }

        private static func isHost(_ text: Substring, isV6: Bool) -> Bool {
            guard (1...253).contains(text.utf8.count) else { return false }
            if isV6 { return text.contains(":") && text.utf8.allSatisfy { isHex($0) || $0 == 58 || $0 == 46 } }
            return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                !label.isEmpty
                    && label.utf8.allSatisfy { (97...122).contains($0) || isDigit($0) || $0 == 45 || $0 == 95 }
            }
        }

        private static func isPath(_ path: String) -> Bool {
            guard !path.isEmpty else { return true }
            return path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).allSatisfy { segment in
                !segment.isEmpty && segment != "." && segment != ".."
                    && segment.utf8.allSatisfy { isLetter($0) || isDigit($0) || Array("-._~".utf8).contains($0) }
            }
        }

        private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
        private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
        private static func isHex(_ byte: UInt8) -> Bool {
            isDigit(byte) || (97...102).contains(byte)
        }
    }
}
