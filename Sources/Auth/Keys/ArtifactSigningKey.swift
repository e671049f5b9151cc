import Crypto
import Domain
package import FoundationEssentials
import Persistence

/// A P-256 key that signs what the instance publishes.
package struct ArtifactSigningKey: Sendable {
    /// Hex SHA-256 of the SubjectPublicKeyInfo.
    package let id: String
    private let key: P256.Signing.PrivateKey

    /// A new key.
    /// - Throws: `AuthError` (`keyInvalid`) when the random source is broken.
    init(random: some RandomSource) throws(AuthError) {
        self.init(key: try .make(random: random))
    }

    /// A key that was stored.
    /// - Throws: `AuthError` (`keyInvalid`).
    init(privateKey: Secret<[UInt8]>) throws(AuthError) {
        guard let key = try? P256.Signing.PrivateKey(rawRepresentation: privateKey.reveal()) else {
            throw AuthError(.keyInvalid)
        }
        self.init(key: key)
    }

    private init(key: P256.Signing.PrivateKey) {
        self.key = key
        id = Digest(hashing: Array(key.publicKey.derRepresentation)).hex
    }

    /// The 32 bytes to seal and store.
    var privateKey: Secret<[UInt8]> { Secret(Array(key.rawRepresentation)) }

    /// The SubjectPublicKeyInfo.
    package var publicDER: [UInt8] { Array(key.publicKey.derRepresentation) }

    /// Signs a message: DER, ECDSA over SHA-256, with other bytes each time.
    /// - Throws: `AuthError` (`keyInvalid`).
    package func sign(_ message: [UInt8]) throws(AuthError) -> [UInt8] {
        guard let signature = try? key.signature(for: message) else { throw AuthError(.keyInvalid) }
        return Array(signature.derRepresentation)
    }
}

/// The public side of a key that signs what is published, signed it, or will. It is what people verify with for as long
/// as there is something that it signed; so keys are added and retired, never removed.
package struct ArtifactPublicKey: Sendable, Hashable {
    /// Hex SHA-256 of the SubjectPublicKeyInfo.
    package let id: String
    package let createdAt: Date
    /// Before that it signs nothing: people are given the public half first.
    package let signsFrom: Date
    /// From then on it signs nothing more, and should not be believed.
    package let retiredAt: Date?
    /// What `cosign verify --key` reads.
    package let publicPEM: String

    /// - Throws: `AuthError` (`keyInvalid`) for a row that is damaged.
    init(_ record: InstanceKeyRecord) throws(AuthError) {
        guard let key = try? P256.Signing.PublicKey(derRepresentation: record.publicDER) else {
            throw AuthError(.keyInvalid)
        }
        id = record.id
        createdAt = record.createdAt
        signsFrom = record.signsFrom ?? record.createdAt
        retiredAt = record.notAfter
        publicPEM = key.pemRepresentation
    }

    /// Which key signs at a moment: of those that have begun and are not retired, the one that was made last, whenever
    /// others begin. A key that was made in an emergency so stays, whatever had been planned before. While none has
    /// begun, because clocks differ, it is the one that will be the first.
    static func signing(_ keys: [InstanceKeyRecord], at now: Date) -> InstanceKeyRecord? {
        let usable = keys.filter { $0.notAfter.map { $0 > now } ?? true }
        let begun = usable.filter { ($0.signsFrom ?? $0.createdAt) <= now }
        return begun.max { $0.createdAt < $1.createdAt }
            ?? usable.min { ($0.signsFrom ?? $0.createdAt) < ($1.signsFrom ?? $1.createdAt) }
    }
}
