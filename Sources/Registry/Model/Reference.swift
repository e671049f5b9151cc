package import Domain

/// What a manifest is fetched or stored by: a name that can be moved, or its content's digest.
package enum Reference: Hashable, Sendable, CustomStringConvertible {
    case tag(Tag)
    case digest(Digest)

    /// The last path component of the manifest's URL.
    package var description: String {
        switch self {
        case .tag(let tag): tag.description
        case .digest(let digest): digest.description
        }
    }
}
