import Domain
import Logging

extension RegistryClient {
    /// Manifests of a repository with everything that is attached to them: signatures under cosign's tag, and referrers,
    /// with what is attached to those. What others attached and can't be taken along is left out and named: an index, an
    /// entry of something that is gone, a digest of an algorithm that we don't know.
    /// - Throws: `notFound` when a root is missing; `manifestInvalid` for a root that is none; `digestMismatch` for a
    ///   registry that sends other bytes; `tooLarge` for more than 1000 manifests, or 64 MiB of them.
    package func layout(of roots: [LayoutRoot]) async throws(RegistryError) -> LayoutContents {
        var contents = LayoutContents()
        var waiting: [(path: String, digest: Digest)] = []
        for root in roots {
            let repository = settings.repository(root.path)
            guard let manifest = try await getManifest(repository, .digest(root.digest)) else {
                throw RegistryError(.notFound, "export", reason: "a manifest is not in the registry any more")
            }
            try contents.add(manifest, tag: root.tag, path: root.path, in: repository)
            waiting.append((root.path, root.digest))
        }
        while let (path, digest) = waiting.first {
            waiting.removeFirst()
            waiting += try await attachments(of: digest, path, &contents).map { (path, $0) }
        }
        for omission in contents.omissions {
            logger.warning("left out of an export", metadata: ["what": "\(omission)"])
        }
        return contents
    }

    /// Takes what is attached to a manifest.
    /// - Returns: what may have attachments itself.
    private func attachments(
        of digest: Digest, _ path: String, _ contents: inout LayoutContents
    ) async throws(RegistryError) -> [Digest] {
        let repository = settings.repository(path)
        var taken: [Digest] = []
        let tag = Tag(signaturesOf: digest)
        if let signatures = try await getManifest(repository, .tag(tag)), !contents.has(signatures.digest) {
            if let problem = try await problem(with: signatures, isOfSignatures: true, in: repository) {
                contents.omit(tag.description, problem)
            } else {
                try contents.add(signatures, tag: tag, path: path, in: repository)
                taken.append(signatures.digest)
            }
        }
        for referrer in try await referrers(repository, digest) {
            guard referrer.digest.map({ !contents.has($0) }) ?? true else { continue }
            if let problem = try await take(referrer, path, &contents) {
                contents.omit(referrer.name, problem)
            } else if let digest = referrer.digest {
                taken.append(digest)
            }
        }
        return taken
    }

    /// - Returns: why it can't be taken.
    private func take(
        _ referrer: Referrer, _ path: String, _ contents: inout LayoutContents
    ) async throws(RegistryError) -> String? {
        guard let digest = referrer.digest else { return "a digest of another kind than sha256" }
        guard (referrer.size ?? 0) <= Self.largestManifest else { return "too large for a manifest" }
        if referrer.mediaType == .imageIndex || referrer.mediaType == .dockerManifestList { return "an index" }
        let repository = settings.repository(path)
        guard let manifest = try await getManifest(repository, .digest(digest)) else { return "not in the registry" }
        if let problem = try await problem(with: manifest, isOfSignatures: false, in: repository) { return problem }
        try contents.add(manifest, tag: nil, path: path, in: repository)
        return nil
    }

    /// Why an import would stop at what others attached, or the export at its blobs; `nil` when all is well.
    private func problem(
        with manifest: EncodedManifest, isOfSignatures: Bool, in repository: RepositoryName
    ) async throws(RegistryError) -> String? {
        guard manifest.mediaType == .imageManifest || manifest.mediaType == .dockerManifest,
            let decoded = try? manifest.decoded()
        else { return "no image manifest" }
        if isOfSignatures, !decoded.layers.allSatisfy({ $0.mediaType == .simpleSigning }) { return "no signatures" }
        for blob in [decoded.config] + decoded.layers where try await blobExists(repository, blob.digest) != blob.size {
            return "a blob is not in the registry"
        }
        return nil
    }
}
