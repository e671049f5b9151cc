package import Domain
package import FoundationEssentials

/// Signatures of a published manifest as they are kept.
package struct ArtifactSignatureRecord: Sendable, Hashable {
    package let payload: [UInt8]
    package let signature: [UInt8]
    package let bundle: [UInt8]
    package let provenance: [UInt8]
    package let modelSignature: [UInt8]?

    package init(
        payload: [UInt8], signature: [UInt8], bundle: [UInt8], provenance: [UInt8], modelSignature: [UInt8]?
    ) {
        self.modelSignature = modelSignature
        self.payload = payload
        self.signature = signature
        self.bundle = bundle
        self.provenance = provenance
    }
}

/// What a signature is of, and by whom.
package struct ArtifactSignatureKey: Sendable, Hashable {
    package let workspace: WorkspaceID
    /// `host/repository`.
    package let reference: String
    package let subject: Digest
    package let keyID: String

    package init(workspace: WorkspaceID, reference: String, subject: Digest, keyID: String) {
        self.workspace = workspace
        self.reference = reference
        self.subject = subject
        self.keyID = keyID
    }
}

extension Query {
    package static func artifactSignature(_ key: ArtifactSignatureKey) -> Query<ArtifactSignatureRecord?>
    where Result == ArtifactSignatureRecord? {
        .first(
            "artifact_signature.get",
            """
            select payload, signature, bundle, provenance, model_signature from artifact_signatures
            where workspace_id = \(key.workspace) and subject_digest = \(key.subject) and reference = \(key.reference)
              and key_id = \(key.keyID)
            """
        ) { (row: inout RowReader) throws(DatabaseError) in
            ArtifactSignatureRecord(
                payload: try row.next(), signature: try row.next(), bundle: try row.next(), provenance: try row.next(),
                modelSignature: try row.next())
        }
    }

    /// Keeps signatures unless there are some: the first ones count.
    package static func keepArtifactSignature(
        _ key: ArtifactSignatureKey, _ record: ArtifactSignatureRecord, at: Date
    ) -> Query<Int> where Result == Int {
        .execute(
            "artifact_signature.keep",
            """
            insert into artifact_signatures
                (workspace_id, reference, subject_digest, key_id, payload, signature, bundle, provenance, model_signature,
                 created_at)
            values (\(key.workspace), \(key.reference), \(key.subject), \(key.keyID), \(record.payload),
                \(record.signature), \(record.bundle), \(record.provenance), \(record.modelSignature), \(at))
            on conflict on constraint artifact_signatures_pkey do nothing
            """)
    }
}
