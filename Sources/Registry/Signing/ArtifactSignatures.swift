import Domain
import FoundationEssentials

/// All that one key says of one manifest. ECDSA gives other bytes each time, so they are made once and kept; the
/// publishes of the same manifest send the same bytes.
package struct ArtifactSignatures: Hashable, Sendable {
    /// cosign's simple-signing payload.
    package let payload: [UInt8]
    /// Of the payload: DER, ECDSA with P-256 over SHA-256.
    package let signature: [UInt8]
    /// A Sigstore bundle v0.3 whose statement says that the manifest is signed.
    package let bundle: [UInt8]
    /// A Sigstore bundle v0.3 with SLSA provenance.
    package let provenance: [UInt8]
    /// A Sigstore bundle v0.3 with an OpenSSF model signature of the files; `nil` for what has none.
    package let modelSignature: [UInt8]?

    /// Signatures that were kept.
    package init(
        payload: [UInt8], signature: [UInt8], bundle: [UInt8], provenance: [UInt8], modelSignature: [UInt8]?
    ) {
        self.modelSignature = modelSignature
        self.payload = payload
        self.signature = signature
        self.bundle = bundle
        self.provenance = provenance
    }

    /// Signs.
    /// - Throws: what `signer` throws; `RegistryError` with code `manifestInvalid`.
    package init(signing subject: SigningSubject, by signer: ArtifactSigner, run: SigningRun) throws {
        payload = try CanonicalJSON.encode(SimpleSigningPayload(subject))
        signature = try signer.sign(payload)
        bundle = try Self.bundle(
            InTotoStatement(subject, predicateType: SignPredicate.type, SignPredicate()), signer)
        provenance = try Self.bundle(
            InTotoStatement(
                subject, predicateType: ProvenancePredicate.type, ProvenancePredicate(subject.provenance, run)), signer)
        let predicate = ModelSignaturePredicate(subject.files)
        modelSignature =
            subject.files.isEmpty
            ? nil
            : try Self.bundle(
                InTotoStatement(
                    name: subject.reference, digest: predicate.root, predicateType: ModelSignaturePredicate.type,
                    predicate),
                signer, hint: signer.modelHint)
    }

    private static func bundle(
        _ statement: InTotoStatement<some Encodable>, _ signer: ArtifactSigner, hint: String? = nil
    ) throws -> [UInt8] {
        let payload = try CanonicalJSON.encode(statement)
        let type = InTotoStatement<SignPredicate>.payloadType
        let signature = try signer.sign(DSSEEnvelope.preAuthenticationEncoding(type: type, payload: payload))
        return try CanonicalJSON.encode(
            SigstoreBundle(
                verificationMaterial: .init(publicKey: .init(hint: hint ?? signer.hint)),
                dsseEnvelope: DSSEEnvelope(payload: payload, type: type, signature: signature)))
    }
}

/// A P-256 key as far as signing goes.
package struct ArtifactSigner: Sendable {
    /// Hex SHA-256 of the key's SubjectPublicKeyInfo.
    package let keyID: String
    /// The same in base64, as bundles name a key.
    let hint: String
    /// As model signatures name it.
    let modelHint: String
    /// Signs with ECDSA over SHA-256; DER.
    let sign: @Sendable ([UInt8]) throws -> [UInt8]

    /// - Parameter publicDER: the key's SubjectPublicKeyInfo.
    package init(publicDER: [UInt8], sign: @escaping @Sendable ([UInt8]) throws -> [UInt8]) {
        let digest = Digest(hashing: publicDER)
        keyID = digest.hex
        hint = Data(digest.bytes).base64EncodedString()
        modelHint = ModelSignaturePredicate.hint(publicDER: publicDER)
        self.sign = sign
    }
}

/// cosign's payload of 2020, which podman, CRI-O and most policies still read (containers/image, simple signing).
private struct SimpleSigningPayload: Encodable {
    struct Identity: Encodable {
        let reference: String
        private enum CodingKeys: String, CodingKey { case reference = "docker-reference" }
    }
    struct Image: Encodable {
        let digest: Digest
        private enum CodingKeys: String, CodingKey { case digest = "docker-manifest-digest" }
    }
    struct Critical: Encodable {
        let identity: Identity
        let image: Image
        let type = "cosign container image signature"
    }
    let critical: Critical

    private enum Key: String, CodingKey { case critical, optional }

    init(_ subject: SigningSubject) {
        critical = Critical(
            identity: Identity(reference: subject.reference), image: Image(digest: subject.digest))
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(critical, forKey: .critical)
        try container.encodeNil(forKey: .optional)
    }
}

/// A Sigstore bundle v0.3 that is verified with a public key (sigstore/protobuf-specs, sigstore_bundle.proto).
private struct SigstoreBundle: Encodable {
    struct PublicKey: Encodable {
        let hint: String
    }
    struct VerificationMaterial: Encodable {
        let publicKey: PublicKey
        /// No log has seen it. Some readers insist on the member.
        let tlogEntries: [String] = []
    }
    let mediaType = MediaType.sigstoreBundle
    let verificationMaterial: VerificationMaterial
    let dsseEnvelope: DSSEEnvelope
}
