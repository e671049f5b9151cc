extension Publisher {
    /// Gives the signatures of a manifest: the ones that were kept, or new ones that are kept now.
    package typealias Sign = @Sendable (SigningSubject) async throws -> ArtifactSignatures

    /// Attaches signatures to a manifest: bundles as referrers and one signature under cosign's tag. Attaching the
    /// same ones again changes nothing. Whoever lists referrers or signatures reads and then puts: callers attach to one
    /// manifest at a time.
    /// - Returns: bytes that were sent.
    /// - Throws: `manifestInvalid` when one of the two tags holds something else.
    package func attach(
        _ signatures: ArtifactSignatures, to subject: SigningSubject
    ) async throws(RegistryError) -> Int64 {
        var sent: Int64 = 0
        func put(_ bytes: [UInt8]) async throws(RegistryError) {
            if try await client.putBlob(subject.repository, bytes) == .sent { sent += Int64(bytes.count) }
        }
        try await put(Descriptor.emptyJSON)
        var unlisted: [(Manifest, EncodedManifest)] = []
        for manifest in Self.referrers(signatures, to: subject) {
            try await put(manifest.bundle)
            let manifest = manifest.manifest
            let encoded = try EncodedManifest(manifest)
            if try await !client.putReferrer(subject.repository, encoded) { unlisted.append((manifest, encoded)) }
        }
        if !unlisted.isEmpty {
            try await list(unlisted, at: subject.referrersTag, in: subject.repository)
        }
        let present = try await client.getManifest(subject.repository, .tag(subject.signatureTag))
        if let next = try SignatureManifest(adding: [SignatureManifest.layer(signatures)], to: present) {
            try await put(signatures.payload)
            try await put(next.config)
            try await client.putManifest(subject.repository, .tag(subject.signatureTag), next.manifest)
        }
        return sent
    }

    /// What the registry does not do by itself: the index at the referrers tag.
    func list(
        _ referrers: [(Manifest, EncodedManifest)], at tag: Tag, in repository: RepositoryName
    ) async throws(RegistryError) {
        let tag = Reference.tag(tag)
        var index = try ReferrersIndex(try await client.getManifest(repository, tag))
        for (manifest, encoded) in referrers { index.add(manifest, encoded) }
        if index.isChanged { try await client.putManifest(repository, tag, try index.encoded()) }
    }

    /// Manifests that hold a bundle each and name what it is about (cosign, BUNDLE_SPEC.md). The model signature has a
    /// type of its own: it is about files, and those who look for bundles about the manifest must not meet it.
    private static func referrers(
        _ signatures: ArtifactSignatures, to subject: SigningSubject
    ) -> [(bundle: [UInt8], manifest: Manifest)] {
        var all: [(bundle: [UInt8], predicate: String, type: MediaType)] = [
            (signatures.bundle, SignPredicate.type, .sigstoreBundle),
            (signatures.provenance, ProvenancePredicate.type, .sigstoreBundle),
        ]
        if let files = signatures.modelSignature {
            all.append((files, ModelSignaturePredicate.type, .modelSignature))
        }
        return all.map { bundle, predicate, type in
            let title = type == .modelSignature ? [Annotation.title: "model.sig"] : nil
            let manifest = Manifest(
                artifactType: type, config: .empty,
                layers: [Descriptor(mediaType: .sigstoreBundle, of: bundle, annotations: title)],
                subject: subject.descriptor,
                annotations: [Annotation.bundleContent: "dsse-envelope", Annotation.bundlePredicate: predicate])
            return (bundle, manifest)
        }
    }
}
