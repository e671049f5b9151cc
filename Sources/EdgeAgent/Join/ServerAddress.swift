/// The edge port's address as a bundle gives it: `host[:port][/path]`, always spoken to with TLS.
package struct ServerAddress: Sendable, Hashable {
    package let host: String
    package let port: Int
    /// Begins with `/`, or is empty; never ends with one.
    package let prefix: String

    /// - Throws: `EdgeAgentError` with code `configuration`.
    package init(_ text: String) throws(EdgeAgentError) {
        let slash = text.firstIndex(of: "/") ?? text.endIndex
        let authority = text[..<slash].split(separator: ":", omittingEmptySubsequences: false)
        let port = authority.count == 2 ? UInt16(authority[1]) : 443
        guard (1...2).contains(authority.count), !authority[0].isEmpty, let port, port > 0 else {
            throw EdgeAgentError(.configuration, "OPSCENTER_HOST in the EDGE_BUNDLE is not host[:port][/path]")
        }
        var prefix = text[slash...]
        while prefix.last == "/" { prefix = prefix.dropLast() }
        host = String(authority[0])
        self.port = Int(port)
        self.prefix = String(prefix)
    }

    /// `https://host:port/prefix`
    package var base: String { "https://\(host):\(port)\(prefix)" }

    /// The URL of a path below the prefix, or an absolute https URL as it is.
    /// - Returns: `nil` for anything else.
    package func url(_ pathOrURL: String) -> String? {
        if pathOrURL.hasPrefix("/"), !pathOrURL.hasPrefix("//") { return base + pathOrURL }
        return pathOrURL.hasPrefix("https://") ? pathOrURL : nil
    }
}
