package import Domain

/// The engine's container image, which does not depend on the pipeline (PUB-09).
package struct EngineImage: Hashable, Sendable {
    /// `registry/repository:tag`, the Engine URL.
    package let reference: String
    /// What the tag stood for, when it is known: the reference may say it, too.
    package let digest: Digest?

    /// - Throws: `Refusal.invalid` for field `engine_image` when the text could break out of a YAML or shell string, and
    ///   for one that is pinned to something else than a SHA-256 digest.
    package init(reference: String, digest: Digest? = nil) throws(Refusal) {
        let allowed = reference.utf8.allSatisfy { byte in
            switch byte {
            case 97...122, 65...90, 48...57: true
            default: Array(".-_/:@".utf8).contains(byte)
            }
        }
        guard allowed, (1...512).contains(reference.utf8.count) else {
            throw .invalid("engine_image", "image_reference", "host/name:tag of letters, digits and . - _ / : @")
        }
        let halves = reference.split(separator: "@", omittingEmptySubsequences: false)
        let pinned = halves.count == 2 ? Digest(String(halves[1])) : nil
        guard halves.count == 1 || pinned != nil, digest == nil || pinned == nil || digest == pinned else {
            throw .invalid("engine_image", "image_digest", "after an @ the image's digest, sha256: and 64 hex digits")
        }
        self.reference = reference
        self.digest = digest ?? pinned
    }

    /// With the digest, so that what runs cannot change.
    package var pinned: String {
        guard let digest, !reference.contains("@") else { return reference }
        return "\(reference)@\(digest)"
    }
}
