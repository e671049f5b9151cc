package import Domain
import FoundationEssentials
package import Persistence

/// The instance's own private keys. The first replica that starts makes them, under an advisory lock; all others read
/// them. In the database they are sealed.
package struct InstanceKeys: Sendable {
    /// How long a signing key signs. Rotation comes with the identity issue; until then it outlives the instance.
    static let signingLifeSeconds = 3650 * 24 * 3600

    private let database: Database
    private let sealing: SealingKeyring
    private let time: any TimeSource
    private let random: any RandomSource

    package init(database: Database, sealing: SealingKeyring, time: any TimeSource, random: any RandomSource) {
        self.database = database
        self.sealing = sealing
        self.time = time
        self.random = random
    }

    private var system: SystemDatabase { database.system(because: "keys belong to the instance") }

    /// The keys that sign and verify access tokens, made when there are none.
    /// - Throws: `AuthError` when the sealing key is not the one they were sealed with; `DatabaseError`.
    package func signingKeys() async throws -> [SigningKey] {
        let records = try await ensure(.oidcSigning) { [random, sealing, time] in
            let key = try SigningKey(random: random, createdAt: time.now(), lifeSeconds: Self.signingLifeSeconds)
            return InstanceKeyRecord(
                id: key.id, publicDER: Array(key.publicKey.x.utf8),
                sealedKey: try sealing.seal(key.privateKey, aad: Self.aad(.oidcSigning, key.id), random: random),
                createdAt: key.createdAt)
        }
        return try records.map { record in
            try SigningKey(
                privateKey: try sealing.open(record.sealedKey, aad: Self.aad(.oidcSigning, record.id)),
                createdAt: record.createdAt, notAfter: record.createdAt + TimeInterval(Self.signingLifeSeconds))
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

    private func ensure(
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
            return [record]
        }
    }

    private static func aad(_ purpose: InstanceKeyPurpose, _ id: String) -> String {
        SealedPlace.instanceKey(purpose, id: id).aad
    }
}
