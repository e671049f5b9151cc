import Domain

/// An access token of a model registry: what may stand in an `Authorization` header.
enum ModelRegistryToken {
    /// Most registries issue less than 100 characters; signed tokens of proxies have some 2,000.
    private static let maxBytes = 8192

    /// `nil` for no token: absent, `null` or empty.
    /// - Throws: `Refusal.invalid` for field `token`, without repeating it.
    static func parse(_ text: Secret<String>?) throws(Refusal) -> Secret<String>? {
        guard let text, !text.reveal().isEmpty else { return nil }
        let bytes = text.reveal().utf8
        guard bytes.count <= maxBytes, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .invalid("token", "token", "at most \(maxBytes) visible ASCII characters")
        }
        return text
    }

    /// A token goes over TLS, or stays on this machine.
    /// - Throws: `Refusal.invalid` for field `url`.
    static func requireSafeWay(_ token: Secret<String>?, to url: ModelRegistryURL) throws(Refusal) {
        guard token != nil, let parts = url.parts, !parts.isTLS else { return }
        let numbers = parts.host.split(separator: ".", omittingEmptySubsequences: false)
        let isLoopback = numbers.count == 4 && numbers[0] == "127" && numbers.allSatisfy { UInt8($0) != nil }
        guard isLoopback || parts.host == "::1" || parts.host == "localhost" else {
            throw .invalid("url", "https_for_token", "a token is only sent over https")
        }
    }
}
