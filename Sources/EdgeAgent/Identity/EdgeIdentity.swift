package import Crypto
package import Domain
package import FoundationEssentials

/// Who this node is to the control plane: what the join gave it. The private key stands in its own file.
package struct EdgeIdentity: Codable, Sendable, Equatable {
    package let edgeID: String
    /// `spiffe://…`
    package let spiffeID: String
    /// PEM certificates, leaf first.
    package let svid: [String]
    /// PEM certificates of the trust domain's authorities.
    package let trustBundle: [String]
    /// PEM texts; only these are trusted for the edge port. `nil`: the trust bundle; empty: the system's.
    package var serverTrust: [String]?
    package let expiresAt: Date
    /// Absolute URL for log batches.
    package let logsURL: String
    /// `https://host:port/prefix` of the edge port.
    package let server: String
    /// `JoinKey.fingerprint` of the token that made this identity: the same token is not presented again (ESRV-06).
    package let joinFingerprint: String
}

/// An identity with its key, as the store holds them.
package struct StoredIdentity: Sendable {
    package let identity: EdgeIdentity
    /// PKCS#8 PEM.
    package let privateKey: Secret<String>
}

/// The key that is made for one join token, before the token is presented for the first time. A join whose answer was
/// lost is repeated with the same key, which the control plane takes for the same join.
package struct JoinKey: Sendable {
    /// 16 hex digits of the token's SHA-256: tells tokens apart without telling them.
    package let fingerprint: String
    package let key: P256.Signing.PrivateKey

    /// The fingerprint of a token.
    package static func fingerprint(of token: Secret<String>) -> String {
        String(Domain.Digest(hashing: Array(token.reveal().utf8)).hex.prefix(16))
    }
}
