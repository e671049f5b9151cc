package import Domain

/// Puts the artifacts of an OCI layout into a registry under their names and with their digests, signatures included.
/// Each step is addressed by content or checked first: an import that stopped is simply made again.
package struct LayoutImport: Sendable {
    /// What became of a manifest.
    package struct Outcome: Hashable, Sendable {
        /// `host/repository:tag` or `host/repository@digest`.
        package let name: String
        package let digest: Digest
    }

    private let client: RegistryClient

    package init(_ client: RegistryClient) { self.client = client }

    /// - Parameters:
    ///   - path: a tar archive that `drover` exported.
    ///   - verification: what must have signed it, asked before anything is sent.
    /// - Throws: `RegistryError`: `localFile`, `manifestInvalid` for an archive that is none or not whole,
    ///   `digestMismatch` for other bytes than their names say, and for a tag that stands for something else,
    ///   `unverified`.
    package func run(
        _ path: String, verification: LayoutVerification? = nil, report: (Outcome) -> Void
    ) async throws(RegistryError) {
        let layout = try await LayoutFile(path)
        let index = try CanonicalJSON.decode(LayoutIndex.self, from: try await layout.contents("index.json"))
        if let verification { try await verification.check(index, in: layout) }
        let digests = Set(index.manifests.map(\.digest))
        for entry in index.manifests {
            guard let repositoryPath = entry.annotations?[Annotation.repository], RepositoryName(repositoryPath) != nil
            else {
                throw RegistryError(
                    .manifestInvalid, "import", reason: "a manifest without a repository; not exported by drover")
            }
            let bytes = try await layout.contents(LayoutArchive.path(entry.digest))
            let manifest = EncodedManifest(bytes: bytes, mediaType: entry.mediaType)
            guard manifest.digest == entry.digest else {
                throw RegistryError(.digestMismatch, "import", reason: "a manifest does not hash to its name")
            }
            let tag = try Self.tag(entry, in: repositoryPath)
            try Self.check(tag, of: manifest, beside: digests)
            try await put(manifest, tag, in: client.settings.repository(repositoryPath), from: layout)
            let name = "\(client.settings.root)/\(repositoryPath)"
            report(Outcome(name: tag.map { "\(name):\($0)" } ?? "\(name)@\(entry.digest)", digest: entry.digest))
        }
    }

    /// The tag that a manifest is to have.
    static func tag(_ entry: LayoutIndex.Entry, in repository: String) throws(RegistryError) -> Tag? {
        guard let name = entry.annotations?[Annotation.refName] else { return nil }
        guard name.hasPrefix("\(repository):"), let tag = Tag(String(name.dropFirst(repository.utf8.count + 1))) else {
            throw RegistryError(.manifestInvalid, "import", reason: "a name that is no tag of its repository")
        }
        return tag
    }

    /// Of the tags that belong to other manifests only cosign's is taken, with signatures of a manifest of the archive in
    /// it: anything else there would keep that manifest from ever being signed.
    private static func check(
        _ tag: Tag?, of manifest: EncodedManifest, beside digests: Set<Digest>
    ) throws(RegistryError) {
        guard let tag = tag?.description, tag.hasPrefix("sha256-") else { return }
        guard tag.hasSuffix(".sig"), let subject = Digest(hex: String(tag.dropFirst(7).dropLast(4))),
            digests.contains(subject),
            try manifest.decoded().layers.allSatisfy({ $0.mediaType == .simpleSigning })
        else {
            throw RegistryError(
                .manifestInvalid, "import", reason: "a tag of signatures or referrers that is none of this archive")
        }
    }

    private func put(
        _ encoded: EncodedManifest, _ tag: Tag?, in repository: RepositoryName, from layout: LayoutFile
    ) async throws(RegistryError) {
        let manifest = try encoded.decoded()
        for blob in [manifest.config] + manifest.layers {
            guard let place = layout.blob(blob.digest), place.size == blob.size else {
                throw RegistryError(.manifestInvalid, "import", reason: "a blob is missing or of another size")
            }
            _ = try await client.putBlob(repository, blob.digest, size: blob.size) { () throws(RegistryError) in
                layout.stream(place)
            }
        }
        let isListed = try await client.putReferrer(repository, encoded)
        if let subject = manifest.subject, !isListed {
            try await Publisher(client).list(
                [(manifest, encoded)], at: Tag(referrersOf: subject.digest), in: repository)
        }
        if let tag { try await name(encoded, tag, manifest, in: repository) }
    }

    /// Gives a manifest its tag. A tag never moves; only cosign's collects what both sides have.
    private func name(
        _ encoded: EncodedManifest, _ tag: Tag, _ manifest: Manifest, in repository: RepositoryName
    ) async throws(RegistryError) {
        let isOfSignatures = tag.description.hasPrefix("sha256-")
        try await Publisher(client).amend(tag, in: repository) { present async throws(RegistryError) in
            guard let present else { return encoded }
            if present.digest == encoded.digest { return nil }
            guard isOfSignatures else {
                throw RegistryError(.digestMismatch, "import", reason: "the tag stands for something else there")
            }
            guard let both = try SignatureManifest(adding: manifest.layers, to: present) else { return nil }
            _ = try await client.putBlob(repository, both.config)
            return both.manifest
        }
    }
}
