import Crypto
import Domain
package import FoundationEssentials

/// A P-256 key that signs what the instance publishes. Its public half is what people verify with, for as long as there
/// is something that it signed; so keys are added, never removed.
package struct ArtifactSigningKey: Sendable {
    /// Hex SHA-256 of the SubjectPublicKeyInfo.
    package let id: String
    package let createdAt: Date
    /// Before that it signs nothing: people are given the public half first.
    package let signsFrom: Date
    private let key: P256.Signing.PrivateKey

    /// A new key.
    /// - Throws: `AuthError` (`keyInvalid`) when the random source is broken.
    init(random: some RandomSource, createdAt: Date, signsFrom: Date) throws(AuthError) {
        self.init(key: try .make(random: random), createdAt: createdAt, signsFrom: signsFrom)
    }

    /// A key that was stored.
    /// - Throws: `AuthError` (`keyInvalid`).
    init(privateKey: Secret<[UInt8]>, createdAt: Date, signsFrom: Date) throws(AuthError) {
        guard let key = try? P256.Signing.PrivateKey(rawRepresentation: privateKey.reveal()) else {
            throw AuthError(.keyInvalid)
        }
        self.init(key: key, createdAt: createdAt, signsFrom: signsFrom)
    }

    private init(key: P256.Signing.PrivateKey, createdAt: Date, signsFrom: Date) {
        self.key = key
        self.createdAt = createdAt
        self.signsFrom = signsFrom
        id = Digest(hashing: Array(key.publicKey.derRepresentation)).hex
    }

    /// The 32 bytes to seal and store.
    var privateKey: Secret<[UInt8]> { Secret(Array(key.rawRepresentation)) }

    /// The SubjectPublicKeyInfo.
    package var publicDER: [UInt8] { Array(key.publicKey.derRepresentation) }

    /// The same as PEM, which `cosign verify --key` reads.
    package var publicPEM: String { key.publicKey.pemRepresentation }

    /// Signs a message: DER, ECDSA over SHA-256, with other bytes each time.
    /// - Throws: `AuthError` (`keyInvalid`).
    package func sign(_ message: [UInt8]) throws(AuthError) -> [UInt8] {
        guard let signature = try? key.signature(for: message) else { throw AuthError(.keyInvalid) }
        return Array(signature.derRepresentation)
    }
}
