import Domain
import FoundationEssentials
import Persistence

/// The keys that sign what is published.
extension InstanceKeys {
    /// All of them, oldest first; the first one is made when there is none.
    /// - Throws: `AuthError` when the sealing key is not the one they were sealed with; `DatabaseError`.
    package func artifactSigningKeys() async throws -> [ArtifactSigningKey] {
        let records = try await ensure(.artifactSigning) { try newArtifactKey(signsAfterSeconds: 0) }
        return try records.map { record in
            try ArtifactSigningKey(
                privateKey: try sealing.open(record.sealedKey, aad: Self.aad(.artifactSigning, record.id)),
                createdAt: record.createdAt, signsFrom: record.signsFrom ?? record.createdAt)
        }
    }

    /// The one that signs now.
    /// - Throws: as `artifactSigningKeys`.
    package func artifactSigningKey() async throws -> ArtifactSigningKey {
        let now = time.now()
        let keys = try await artifactSigningKeys().sorted { $0.signsFrom < $1.signsFrom }
        guard let key = keys.last(where: { $0.signsFrom <= now }) ?? keys.first else { throw AuthError(.keyInvalid) }
        return key
    }

    /// Makes a key that signs in `signsAfterSeconds`; servers need no restart.
    /// - Returns: its id.
    /// - Throws: `AuthError`; `DatabaseError`.
    package func rotateArtifactSigningKey(signsAfterSeconds: Int) async throws -> String {
        // Not two at once on a new database: the first key would come after its successor.
        _ = try await artifactSigningKeys()
        let record = try newArtifactKey(signsAfterSeconds: signsAfterSeconds)
        try await system.write { tx in
            _ = try tx.run(.lockInstanceKeys())
            _ = try tx.run(.insertInstanceKey(record, purpose: .artifactSigning))
            _ = try tx.run(.noteSigningKey(record.id, .artifactSigning))
        }
        return record.id
    }

    private func newArtifactKey(signsAfterSeconds: Int) throws -> InstanceKeyRecord {
        let now = time.now()
        let key = try ArtifactSigningKey(
            random: random, createdAt: now, signsFrom: now + TimeInterval(signsAfterSeconds))
        return InstanceKeyRecord(
            id: key.id, publicDER: key.publicDER,
            sealedKey: try sealing.seal(key.privateKey, aad: Self.aad(.artifactSigning, key.id), random: random),
            createdAt: now, signsFrom: key.signsFrom)
    }
}
