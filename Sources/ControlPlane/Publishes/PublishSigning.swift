import Auth
import Domain
import FoundationEssentials
import Persistence
import Registry

/// Signs what is published with the instance's key. Each key says each thing once: what was signed before is found again,
/// so a job that was cut off goes on with the same bytes, and another publish of the same manifest adds nothing.
package struct PublishSigning: Sendable {
    let database: Database
    let keys: InstanceKeys
    /// Where the instance is reached: the builder's id in the provenance.
    let publicURL: String
    let time: any TimeSource

    private var system: SystemDatabase { database.system(because: "signatures are made by publish jobs") }

    /// The key that signs now. A try of a publish asks once, so that all its artifacts have the same.
    /// - Throws: `AuthError`, `DatabaseError`.
    func key() async throws -> ArtifactSigningKey { try await keys.artifactSigningKey() }

    /// - Throws: `AuthError`, `DatabaseError`, `RegistryError` with code `manifestInvalid`.
    func signatures(
        of subject: SigningSubject, for publish: Publish, by key: ArtifactSigningKey
    ) async throws -> ArtifactSignatures {
        let place = ArtifactSignatureKey(
            workspace: publish.workspaceID, reference: subject.reference, subject: subject.digest, keyID: key.id)
        if let kept = try await system.run(.artifactSignature(place)) { return ArtifactSignatures(kept) }
        let run = SigningRun(builder: publicURL, invocation: "\(publicURL)/api/v1/publishes/\(publish.id)")
        let made = try ArtifactSignatures(
            signing: subject, by: ArtifactSigner(publicDER: key.publicDER) { try key.sign($0) }, run: run)
        _ = try await system.run(
            .keepArtifactSignature(place, ArtifactSignatureRecord(made), at: time.now()))
        // Another worker may have been first.
        guard let kept = try await system.run(.artifactSignature(place)) else { return made }
        return ArtifactSignatures(kept)
    }
}

extension ArtifactSignatures {
    fileprivate init(_ record: ArtifactSignatureRecord) {
        self.init(
            payload: record.payload, signature: record.signature, bundle: record.bundle,
            provenance: record.provenance, modelSignature: record.modelSignature)
    }
}

extension ArtifactSignatureRecord {
    fileprivate init(_ made: ArtifactSignatures) {
        self.init(
            payload: made.payload, signature: made.signature, bundle: made.bundle, provenance: made.provenance,
            modelSignature: made.modelSignature)
    }
}
