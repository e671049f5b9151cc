import Domain

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
        try await amend(subject.signatureTag, in: subject.repository) { present async throws(RegistryError) in
            guard let next = try SignatureManifest(adding: [SignatureManifest.layer(signatures)], to: present) else {
                return nil
            }
            try await put(signatures.payload)
            try await put(next.config)
            return next.manifest
        }
        return sent
    }

    /// Changes what a tag stands for, and reads it back: hardly a registry can compare and put at once, so somebody else's
    /// change at the same moment takes ours away. Then it is made again, on top of theirs.
    /// - Parameter change: what is to stand there instead of what does, or `nil` when that is as it should be.
    /// - Throws: `unavailable` when others keep changing it; what `change` throws.
    func amend(
        _ tag: Tag, in repository: RepositoryName,
        _ change: (EncodedManifest?) async throws(RegistryError) -> EncodedManifest?
    ) async throws(RegistryError) {
        var seen: Set<Digest?> = []
        var isPut = false
        for round in 0..<4 {
            let present = try await client.getTagged(repository, tag)
            seen.insert(present?.manifest.digest)
            guard let next = try await change(present?.manifest) else { return }
            // Proxies change ETags, so a condition that is never met is not insisted upon.
            isPut = try await client.putTag(repository, tag, next, ifMatch: round < 2 ? present?.etag : nil)
        }
        // The last one was put, too, and may well stand.
        let present = try await client.getTagged(repository, tag)
        seen.insert(present?.manifest.digest)
        guard try await change(present?.manifest) != nil else { return }
        // Always what was there before the first put: a cache, which is late. Those who take ours away leave their own.
        if isPut, seen.count == 1 { return }
        throw RegistryError(.unavailable, "PUT manifest", reason: "others change the same tag all the time")
    }

    /// What the registry does not do by itself: the index at the referrers tag. A registry that refuses the index gets it
    /// without the entries of others that are gone: it may check that all are there.
    /// - Throws: `manifestInvalid` when the tag holds something else.
    func list(
        _ referrers: [(Manifest, EncodedManifest)], at tag: Tag, in repository: RepositoryName
    ) async throws(RegistryError) {
        func change(
            _ present: EncodedManifest?, isPruned: Bool
        ) async throws(RegistryError) -> EncodedManifest? {
            var index = try ReferrersIndex(present)
            for (manifest, encoded) in referrers { index.add(manifest, encoded) }
            guard index.isChanged else { return nil }
            if isPruned { index.drop(try await missing(of: index.digests, in: repository)) }
            return try index.encoded()
        }
        do throws(RegistryError) {
            try await amend(tag, in: repository) { present async throws(RegistryError) in
                try await change(present, isPruned: false)
            }
        } catch {
            guard error.code == .manifestInvalid, error.status != nil else { throw error }
            try await amend(tag, in: repository) { present async throws(RegistryError) in
                try await change(present, isPruned: true)
            }
        }
    }

    private func missing(
        of digests: [Digest], in repository: RepositoryName
    ) async throws(RegistryError) -> Set<Digest> {
        var missing: Set<Digest> = []
        for digest in digests {
            if try await !client.hasManifest(repository, digest) { missing.insert(digest) }
        }
        return missing
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
