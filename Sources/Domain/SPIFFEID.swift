package import FoundationEssentials

/// A SPIFFE ID (SPIFFE-ID specification, section 2): `spiffe://<trust domain>/<path>`.
package struct SPIFFEID: Hashable, Sendable, CustomStringConvertible {
    /// Lower-case letters, digits, dots, dashes, underscores; at most 255 characters.
    package let trustDomain: String
    /// Begins with `/`; empty for a trust domain itself.
    package let path: String

    /// An edge's identity (EDGE-07): `/ns/deployments/edge/<uuid>`.
    /// - Throws: `Refusal.invalid` for a trust domain that breaks the specification.
    package init(trustDomain: String, edge: UUID) throws(Refusal) {
        guard Self.isTrustDomain(trustDomain) else {
            throw .invalid(
                "trust_domain", "spiffe_trust_domain", "lower-case letters, digits, '.', '-', '_'; at most 255")
        }
        self.trustDomain = trustDomain
        self.path = "/ns/deployments/edge/\(edge.text)"
    }

    /// Reads the URI form and checks it against the specification; anything else is `nil`.
    package init?(uri: String) {
        guard uri.utf8.count <= 2048, uri.lowercased().hasPrefix("spiffe://") else { return nil }
        let rest = uri.dropFirst(9)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let domain = String(rest[..<slash])
        let path = String(rest[slash...])
        guard Self.isTrustDomain(domain), Self.isPath(path) else { return nil }
        self.trustDomain = domain
        self.path = path
    }

    /// The edge that this identity names, if it has an edge's path.
    package var edgeID: UUID? {
        guard path.hasPrefix("/ns/deployments/edge/") else { return nil }
        let text = path.dropFirst("/ns/deployments/edge/".count)
        guard text.utf8.count == 36, text.lowercased() == text else { return nil }
        return UUID(text: String(text))
    }

    /// The URI form, as it stands in certificates.
    package var description: String { "spiffe://\(trustDomain)\(path)" }
    /// Without the scheme, as the seeds print it (G4).
    package var withoutScheme: String { "\(trustDomain)\(path)" }

    private static func isTrustDomain(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                switch $0 {
                case 97...122, 48...57, 45, 46, 95: true
                default: false
                }
            }
    }

    private static func isPath(_ path: String) -> Bool {
        if path.isEmpty { return true }
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        return segments.allSatisfy { segment in
            !segment.isEmpty && segment != "." && segment != ".."
                && segment.utf8.allSatisfy {
                    switch $0 {
                    case 97...122, 65...90, 48...57, 45, 46, 95: true
                    default: false
                    }
                }
        }
    }
}
