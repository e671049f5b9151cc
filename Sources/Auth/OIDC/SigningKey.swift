import Crypto
package import Domain
package import FoundationEssentials

/// A P-256 key that signs access tokens. Its id is the RFC 7638 thumbprint of the public half.
package struct SigningKey: Sendable {
    /// `kid` in token headers and in the JWKS.
    package let id: String
    package let createdAt: Date
    /// Before that the key is published, so that readers know it, but signs nothing.
    package let signsFrom: Date
    /// From then on the key signs nothing; what it signed is still accepted until it expires.
    package let notAfter: Date
    let key: P256.Signing.PrivateKey

    /// A new key that may sign for `lifeSeconds`.
    /// - Throws: `AuthError` (`keyInvalid`) when the random source is broken.
    package init(
        random: some RandomSource, createdAt: Date, signsFrom: Date? = nil, lifeSeconds: Int
    ) throws(AuthError) {
        self.init(
            key: try .make(random: random), createdAt: createdAt, signsFrom: signsFrom,
            notAfter: createdAt + TimeInterval(lifeSeconds))
    }

    /// A key that was stored.
    /// - Throws: `AuthError` (`keyInvalid`).
    package init(
        privateKey: Secret<[UInt8]>, createdAt: Date, signsFrom: Date? = nil, notAfter: Date
    ) throws(AuthError) {
        guard let key = try? P256.Signing.PrivateKey(rawRepresentation: privateKey.reveal()) else {
            throw AuthError(.keyInvalid)
        }
        self.init(key: key, createdAt: createdAt, signsFrom: signsFrom, notAfter: notAfter)
    }

    private init(key: P256.Signing.PrivateKey, createdAt: Date, signsFrom: Date?, notAfter: Date) {
        self.key = key
        self.createdAt = createdAt
        self.signsFrom = signsFrom ?? createdAt
        self.notAfter = notAfter
        self.id = JSONWebKey(key.publicKey).kid
    }

    /// The 32 bytes to seal and store.
    package var privateKey: Secret<[UInt8]> { Secret(Array(key.rawRepresentation)) }

    /// The public half, as it stands in the JWKS.
    package var publicKey: JSONWebKey { JSONWebKey(key.publicKey) }
}
