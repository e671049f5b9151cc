package import Domain
import FoundationEssentials
package import Persistence

/// The instance's own private keys. The first replica that starts makes them, under an advisory lock; all others read
/// them. In the database they are sealed.
package struct InstanceKeys: Sendable {
    /// How long a signing key signs unless another one takes over.
    static let signingLifeSeconds = 3650 * 24 * 3600

    private let database: Database
    let sealing: SealingKeyring
    let time: any TimeSource
    let random: any RandomSource

    package init(database: Database, sealing: SealingKeyring, time: any TimeSource, random: any RandomSource) {
        self.database = database
        self.sealing = sealing
        self.time = time
        self.random = random
    }

    var system: SystemDatabase { database.system(because: "keys belong to the instance") }

    /// The keys that sign and verify access tokens, made when there are none. A key is among them from when it is
    /// published until the last token that it signed has expired.
    /// - Throws: `AuthError` when the sealing key is not the one they were sealed with; `DatabaseError`.
    package func signingKeys() async throws -> [SigningKey] {
        let records = try await ensure(.oidcSigning) { try newSigningKey(signsFrom: nil) }
        return try Self.needed(records, at: time.now()).map { record in
            try SigningKey(
                privateKey: try sealing.open(record.sealedKey, aad: Self.aad(.oidcSigning, record.id)),
                createdAt: record.createdAt, signsFrom: record.signsFrom,
                notAfter: record.createdAt + TimeInterval(Self.signingLifeSeconds))
        }
    }

    /// The built-in CA of the trust domain, made when there is none.
    /// - Throws: `AuthError` when the sealing key or the trust domain is not the one it was made with; `DatabaseError`.
    package func certificateAuthority(trustDomain: String) async throws -> CertificateAuthority {
        let records = try await ensure(.edgeCA) { [random, sealing, time] in
            let authority = try CertificateAuthority.create(trustDomain: trustDomain, now: time.now(), random: random)
            let id = authority.certificateSHA256.hex
            return InstanceKeyRecord(
                id: id, publicDER: authority.certificateDER,
                sealedKey: try sealing.seal(authority.privateKey, aad: Self.aad(.edgeCA, id), random: random),
                createdAt: time.now())
        }
        guard let newest = records.last else { throw AuthError(.keyInvalid) }
        return try CertificateAuthority(
            trustDomain: trustDomain, certificateDER: newest.publicDER,
            privateKey: try sealing.open(newest.sealedKey, aad: Self.aad(.edgeCA, newest.id)))
    }

    /// The key of the fingerprints of idempotent requests, made when there is none.
    /// - Throws: `AuthError` when the sealing key is not the one it was sealed with; `DatabaseError`.
    package func fingerprintKey() async throws -> FingerprintKey {
        let records = try await ensure(.requestFingerprint) { [random, sealing, time] in
            let (id, now) = (random.uuid().text, time.now())
            let sealed = try sealing.seal(
                Secret(random.bytes(32)), aad: Self.aad(.requestFingerprint, id), random: random)
            return InstanceKeyRecord(id: id, publicDER: [], sealedKey: sealed, createdAt: now)
        }
        guard let key = records.last else { throw AuthError(.keyInvalid) }
        return try FingerprintKey(try sealing.open(key.sealedKey, aad: Self.aad(.requestFingerprint, key.id)))
    }

    func ensure(
        _ purpose: InstanceKeyPurpose, make: @escaping @Sendable () throws -> InstanceKeyRecord
    ) async throws -> [InstanceKeyRecord] {
        let known = try await system.run(.instanceKeys(purpose))
        if !known.isEmpty { return known }
        return try await system.write { tx in
            _ = try tx.run(.lockInstanceKeys())
            let known = try tx.run(.instanceKeys(purpose))
            if !known.isEmpty { return known }
            let record = try make()
            _ = try tx.run(.insertInstanceKey(record, purpose: purpose))
            // The first key of access tokens comes with the instance itself; this one may come much later.
            if purpose == .artifactSigning { _ = try tx.run(.noteSigningKey(record.id, purpose)) }
            return [record]
        }
    }

    static func aad(_ purpose: InstanceKeyPurpose, _ id: String) -> String {
        SealedPlace.instanceKey(purpose, id: id).aad
    }
}
