package import Domain

/// Where the authorization endpoint may send a browser: registered addresses, letter for letter, and this computer's own
/// for programs that people run (RFC 8252, section 7.3).
package struct RedirectURIs: Sendable {
    private let registered: Set<String>

    /// This computer's own addresses and nothing else.
    package static let loopback = RedirectURIs(checked: [])

    private init(checked: Set<String>) { registered = checked }

    /// - Throws: `Refusal.invalid` naming `field`: absolute http or https, printable ASCII, no fragment.
    package init(_ registered: [String], field: String = "oidc.redirect.uris") throws(Refusal) {
        for uri in registered {
            guard uri.hasPrefix("https://") || uri.hasPrefix("http://"), Self.isPlain(uri), Self.origin(of: uri) != nil
            else {
                throw .invalid(field, "redirect_uri", "absolute http or https addresses without a fragment")
            }
        }
        self.init(checked: Set(registered))
    }

    /// Whether a client may name this address.
    package func allows(_ uri: String) -> Bool { registered.contains(uri) || Self.isLoopback(uri) }

    /// Whether somebody who runs the server has named this address. Any program of this computer can listen on the others.
    package func isRegistered(_ uri: String) -> Bool { registered.contains(uri) }

    /// Whether a client may name this address for after a sign-out; loopback is as good as registered.
    package func allowsAfterSignOut(_ uri: String) -> Bool { allows(uri) }

    /// Scheme, host and port, for a content security policy; `nil` for text that has none.
    package static func origin(of uri: String) -> String? {
        guard isPlain(uri), let scheme = ["https://", "http://"].first(where: uri.hasPrefix) else { return nil }
        let authority = uri.utf8.dropFirst(scheme.utf8.count).prefix {
            $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?")
        }
        let allowed = authority.allSatisfy {
            switch $0 {
            case 48...57, 65...90, 97...122, 45, 46, 58, 91, 93: true
            default: false
            }
        }
        guard !authority.isEmpty, allowed else { return nil }
        return scheme + String(Substring(authority))
    }

    /// `http://127.0.0.1`, `http://localhost` or `http://[::1]`, any port, any path; no user, no fragment.
    static func isLoopback(_ uri: String) -> Bool {
        guard isPlain(uri),
            let host = ["http://127.0.0.1", "http://localhost", "http://[::1]"].first(where: uri.hasPrefix)
        else { return false }
        var rest = uri.utf8.dropFirst(host.utf8.count)
        if rest.first == UInt8(ascii: ":") {
            let port = rest.dropFirst().prefix { (48...57).contains($0) }
            guard let number = Int(String(Substring(port))), (1...65535).contains(number) else { return false }
            rest = rest.dropFirst(1 + port.count)
        }
        return rest.isEmpty || rest.first == UInt8(ascii: "/")
    }

    /// Printable ASCII without what browsers and parsers read in different ways.
    private static func isPlain(_ uri: String) -> Bool {
        uri.utf8.count <= 2000
            && uri.utf8.allSatisfy { (33...126).contains($0) && !Set(#"\"<>^`{|}#"#.utf8).contains($0) }
    }

    /// The address with more query parameters.
    package static func adding(_ parameters: [(String, String?)], to uri: String) -> String {
        let query = parameters.compactMap { name, value in value.map { "\(name)=\(PercentEncoding.encode($0))" } }
        guard !query.isEmpty else { return uri }
        return uri + (uri.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + query.joined(separator: "&")
    }
}

/// Percent-encoding of everything that is not unreserved (RFC 3986, section 2.3).
package enum PercentEncoding {
    /// The text as a query parameter's value.
    package static func encode(_ text: String) -> String {
        var out: [UInt8] = []
        for byte in text.utf8 {
            if Base64URL.isURLSafe(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "~") {
                out.append(byte)
            } else {
                out += Array("%\(Hex.encode([byte]).uppercased())".utf8)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
