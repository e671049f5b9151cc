extension Publisher {
    /// Gives the signatures of a manifest: the ones that were kept, or new ones that are kept now.
    package typealias Sign = @Sendable (SigningSubject) async throws -> ArtifactSignatures

    /// Attaches signatures to a manifest: two bundles as referrers and one signature under cosign's tag. Attaching the
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
        for (bundle, predicate) in [
            (signatures.bundle, SignPredicate.type), (signatures.provenance, ProvenancePredicate.type),
        ] {
            try await put(bundle)
            let manifest = Self.referrer(bundle, predicate, to: subject)
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

    /// A manifest that holds a bundle and names what it is about (cosign, BUNDLE_SPEC.md).
    private static func referrer(_ bundle: [UInt8], _ predicate: String, to subject: SigningSubject) -> Manifest {
        Manifest(
            artifactType: .sigstoreBundle, config: .empty, layers: [Descriptor(mediaType: .sigstoreBundle, of: bundle)],
            subject: subject.descriptor,
            annotations: [Annotation.bundleContent: "dsse-envelope", Annotation.bundlePredicate: predicate])
    }
}
