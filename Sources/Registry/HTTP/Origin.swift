import FoundationEssentials

/// Scheme, host and port: credentials stay inside one (RFC 6454; "never forward Authorization to another host").
struct Origin: Hashable, Sendable {
    let scheme: String
    let host: String
    let port: Int

    /// `nil` for anything but http and https with a host.
    init?(_ url: URL) {
        guard let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https",
            let host = url.host()?.lowercased(), !host.isEmpty
        else { return nil }
        self.scheme = scheme
        self.host = host
        self.port = url.port ?? (scheme == "http" ? 80 : 443)
    }
}

extension URL {
    /// Resolves a `Location`, which may be absolute or relative (RFC 9110, section 10.2.2). A step from https down to
    /// http is refused: everything sent there could be read on the way.
    func following(_ location: String, _ operation: String) throws(RegistryError) -> URL {
        guard let url = URL(string: location, relativeTo: self)?.absoluteURL, let target = Origin(url) else {
            throw RegistryError(.protocolViolation, operation, reason: "a Location that is not a URL")
        }
        guard target.scheme == "https" || scheme?.lowercased() == "http" else {
            throw RegistryError(
                .protocolViolation, operation,
                reason: "a Location with plain http behind https; set the registry's external URL")
        }
        return url
    }

    /// With one more query item, kept apart from what the registry put there.
    func appendingQuery(_ item: String, _ operation: String) throws(RegistryError) -> URL {
        let text = absoluteString
        guard let url = URL(string: text + (text.contains("?") ? "&" : "?") + item) else {
            throw RegistryError(.protocolViolation, operation, reason: "a Location that takes no query")
        }
        return url
    }
}
