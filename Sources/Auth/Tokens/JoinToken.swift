package import Domain
import FoundationEssentials

/// The one-time token of an edge's first contact: a random version 4 UUID as text, as in the seeds (EDGE-10), stored
/// only as its SHA-256.
package struct JoinToken: Sendable, CustomStringConvertible {
    /// An unused token's life, from its creation: 24 hours (EDGE-13).
    package static let lifeSeconds = 24 * 60 * 60
    /// How long a used token still answers the same key with the same certificate, so that a lost reply does not cost
    /// the token (publish-and-edge.md, section 2f): 10 minutes.
    package static let replayWindowSeconds = 10 * 60

    /// Lower case, 36 characters. Shown once, inside the bundle.
    package let text: Secret<String>

    /// A new token.
    package init(random: some RandomSource) { text = Secret(random.uuid().text) }

    /// Reads a token as an edge sends it; anything but a lower-case version 4 UUID is `nil`, without a lookup.
    package init?(_ text: String) {
        guard text.utf8.count == 36, let value = UUID(text: text), value.text == text else { return nil }
        let bytes = value.uuid
        guard bytes.6 >> 4 == 4, bytes.8 >> 6 == 2 else { return nil }
        self.text = Secret(text)
    }

    /// What the database keeps and is searched by.
    package var digest: Digest { Digest(hashing: Array(text.reveal().utf8)) }

    package var description: String { "<secret>" }
}
