import Domain
import FoundationEssentials
import Persistence

/// The keys that sign what is published.
extension InstanceKeys {
    /// All of them, oldest first; the first one is made when there is none. No private half is opened.
    /// - Throws: `AuthError`; `DatabaseError`.
    package func artifactPublicKeys() async throws -> [ArtifactPublicKey] {
        try await artifactKeyRecords().map(ArtifactPublicKey.init)
    }

    /// The public side of the one that signs now.
    /// - Throws: `AuthError`; `DatabaseError`.
    package func artifactPublicKey() async throws -> ArtifactPublicKey {
        try ArtifactPublicKey(try await signingRecord())
    }

    /// The one that signs now. The others stay closed: one that nothing can open any more stops nobody.
    /// - Throws: `AuthError` when the sealing key is not the one it was sealed with; `DatabaseError`.
    package func artifactSigningKey() async throws -> ArtifactSigningKey {
        let record = try await signingRecord()
        return try ArtifactSigningKey(
            privateKey: try sealing.open(record.sealedKey, aad: Self.aad(.artifactSigning, record.id)))
    }

    /// Makes a key that signs in `signsAfterSeconds`; servers need no restart.
    /// - Returns: its id.
    /// - Throws: `AuthError`; `DatabaseError`.
    package func rotateArtifactSigningKey(signsAfterSeconds: Int) async throws -> String {
        // Not two at once on a new database: the first key would come after its successor.
        _ = try await artifactKeyRecords()
        let record = try newArtifactKey(signsAfterSeconds: signsAfterSeconds)
        try await system.write { tx in
            _ = try tx.run(.lockInstanceKeys())
            _ = try tx.run(.insertInstanceKey(record, purpose: .artifactSigning))
            _ = try tx.run(.noteSigningKey(record.id, .artifactSigning))
        }
        return record.id
    }

    /// Takes a key out of use, for ever and at once. When no other key signs now, one is made that does.
    /// - Throws: `Refusal.invalid` for an id that no key has; `AuthError`; `DatabaseError`.
    package func retireArtifactSigningKey(_ id: String) async throws {
        let (fresh, now) = (try newArtifactKey(signsAfterSeconds: 0), time.now())
        try await system.write { tx in
            _ = try tx.run(.lockInstanceKeys())
            guard let key = try tx.run(.instanceKeys(.artifactSigning)).first(where: { $0.id == id }) else {
                throw Refusal.invalid("retire", "known", "the id of a key, as --all prints it")
            }
            if key.notAfter != nil { return }
            _ = try tx.run(.retireInstanceKey(id, purpose: .artifactSigning, at: now))
            _ = try tx.run(.noteRetirement(of: id, .artifactSigning))
            let left = try tx.run(.instanceKeys(.artifactSigning))
            if let next = ArtifactPublicKey.signing(left, at: now), (next.signsFrom ?? next.createdAt) <= now { return }
            _ = try tx.run(.insertInstanceKey(fresh, purpose: .artifactSigning))
            _ = try tx.run(.noteSigningKey(fresh.id, .artifactSigning))
        }
    }

    private func artifactKeyRecords() async throws -> [InstanceKeyRecord] {
        try await ensure(.artifactSigning) { try newArtifactKey(signsAfterSeconds: 0) }
    }

    private func signingRecord() async throws -> InstanceKeyRecord {
        guard let record = ArtifactPublicKey.signing(try await artifactKeyRecords(), at: time.now()) else {
            throw AuthError(.keyInvalid)
        }
        return record
    }

    private func newArtifactKey(signsAfterSeconds: Int) throws -> InstanceKeyRecord {
        let (key, now) = (try ArtifactSigningKey(random: random), time.now())
        return InstanceKeyRecord(
            id: key.id, publicDER: key.publicDER,
            sealedKey: try sealing.seal(key.privateKey, aad: Self.aad(.artifactSigning, key.id), random: random),
            createdAt: now, signsFrom: now + TimeInterval(signsAfterSeconds))
    }
}
