package import Domain

/// A container image by registry, repository and tag or digest (IMG-02), such as `ghcr.io/acme/model:2023.1`.
package struct ImageReference: Hashable, Sendable, CustomStringConvertible {
    /// `host[:port]`.
    package let registry: String
    package let repository: RepositoryName
    package let tag: Tag?
    package let digest: Digest?

    /// - Throws: `Refusal.invalid` with rule `image_reference`. The registry must be named: what a short name stands for
    ///   depends on who pulls it. So must a tag or a digest.
    package init(_ text: String, field: String) throws(Refusal) {
        let refusal = Refusal.invalid(
            field, "image_reference", "registry/repository:tag or registry/repository@sha256:…, with a host as registry"
        )
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        guard halves.count <= 2, text.utf8.count <= 512, let slash = halves[0].firstIndex(of: "/") else {
            throw refusal
        }
        let host = halves[0][..<slash]
        let rest = halves[0][halves[0].index(after: slash)...]
        let colon = rest.firstIndex(of: ":")
        guard Self.isRegistry(host), let repository = RepositoryName(String(rest[..<(colon ?? rest.endIndex)])) else {
            throw refusal
        }
        registry = String(host)
        self.repository = repository
        tag = colon.flatMap { Tag(String(rest[rest.index(after: $0)...])) }
        digest = halves.count == 2 ? Digest(String(halves[1])) : nil
        guard colon == nil || tag != nil, halves.count == 1 || digest != nil, tag != nil || digest != nil else {
            throw refusal
        }
    }

    package var description: String {
        "\(registry)/\(repository)\(tag.map { ":\($0)" } ?? "")\(digest.map { "@\($0)" } ?? "")"
    }

    /// As container tools tell a registry from the first part of a short name: a dot, a port, or `localhost`.
    private static func isRegistry(_ text: Substring) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let host = parts.first, (1...253).contains(host.utf8.count) else { return false }
        let isNamed = host.contains(".") || parts.count == 2 || host == "localhost"
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let isHost = labels.allSatisfy { label in
            !label.isEmpty && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy {
                    (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == 45
                }
        }
        guard parts.count == 2 else { return isNamed && isHost }
        return isNamed && isHost && (1...5).contains(parts[1].utf8.count)
            && parts[1].utf8.allSatisfy { (48...57).contains($0) } && (1...65535).contains(Int(parts[1]) ?? 0)
    }
}
