package import Domain
import NIOHTTP1

/// What an OCI layout of a publish holds: manifests, where each belongs, and the blobs that they name. The layout says
/// it in the annotations of `index.json`, so that another registry gets the same digests under the same names.
package struct LayoutContents: Sendable {
    /// A manifest, or an index, in a repository.
    struct Entry: Sendable {
        /// Below the registry's root: `pipelines/house`.
        let repository: String
        let tag: Tag?
        let manifest: EncodedManifest
        let artifactType: MediaType?
    }

    /// A blob and a repository that has it.
    struct Blob: Hashable, Sendable {
        let repository: RepositoryName
        let digest: Digest
        let size: Int64
    }

    private(set) var entries: [Entry] = []
    private(set) var blobs: [Blob] = []
    private var known: Set<Digest> = []

    /// Takes a manifest with its blobs, unless it is there.
    /// - Returns: whether it is new.
    /// - Throws: `RegistryError` with code `manifestInvalid` for what is no image manifest.
    mutating func add(
        _ manifest: EncodedManifest, tag: Tag?, path: String, in repository: RepositoryName
    ) throws(RegistryError) -> Bool {
        guard known.insert(manifest.digest).inserted else { return false }
        let decoded = try manifest.decoded()
        entries.append(
            Entry(repository: path, tag: tag, manifest: manifest, artifactType: decoded.artifactType))
        for blob in [decoded.config] + decoded.layers where known.insert(blob.digest).inserted {
            blobs.append(Blob(repository: repository, digest: blob.digest, size: blob.size))
        }
        return true
    }

    /// `index.json` (image-spec 1.1, image-layout.md).
    /// - Throws: `RegistryError` with code `manifestInvalid`.
    func index() throws(RegistryError) -> [UInt8] {
        try CanonicalJSON.encode(
            LayoutIndex(
                manifests: entries.map { entry in
                    var annotations = [Annotation.repository: entry.repository]
                    if let tag = entry.tag { annotations[Annotation.refName] = "\(entry.repository):\(tag)" }
                    return LayoutIndex.Entry(
                        mediaType: entry.manifest.mediaType, digest: entry.manifest.digest,
                        size: Int64(entry.manifest.bytes.count), artifactType: entry.artifactType,
                        annotations: annotations)
                }))
    }
}

/// What a layout is made of: a manifest, known by its digest, with everything that is attached to it. What its tag stands
/// for today says nothing: whoever may push can move it.
package struct LayoutRoot: Hashable, Sendable {
    /// Below the registry's root: `pipelines/house`.
    package let path: String
    /// What it is called in the layout.
    package let tag: Tag?
    package let digest: Digest

    package init(path: String, tag: Tag?, digest: Digest) {
        self.path = path
        self.tag = tag
        self.digest = digest
    }

    /// `nil` for a name that is no tag.
    package init?(path: String, tagged name: String, digest: Digest) {
        guard let tag = Tag(name) else { return nil }
        self.init(path: path, tag: tag, digest: digest)
    }
}

/// `index.json` of an OCI layout.
struct LayoutIndex: Codable {
    struct Entry: Codable {
        let mediaType: MediaType
        let digest: Digest
        let size: Int64
        let artifactType: MediaType?
        let annotations: [String: String]?
    }
    var schemaVersion = 2
    var mediaType: MediaType? = .imageIndex
    let manifests: [Entry]
}

extension RegistryClient {
    /// Manifests of a repository with everything that is attached to them: signatures under cosign's tag, and referrers,
    /// with what is attached to those.
    /// - Throws: `notFound` when a root is missing; `manifestInvalid`; `digestMismatch` for a registry that sends other
    ///   bytes; `tooLarge` for more than 1000 manifests.
    package func layout(of roots: [LayoutRoot]) async throws(RegistryError) -> LayoutContents {
        var contents = LayoutContents()
        var waiting = roots.map { (path: $0.path, reference: Reference.digest($0.digest), tag: $0.tag) }
        while !waiting.isEmpty {
            guard contents.entries.count < 1000 else {
                throw RegistryError(.tooLarge, "export", reason: "too many signatures and referrers")
            }
            let (path, reference, tag) = waiting.removeFirst()
            let repository = settings.repository(path)
            guard let manifest = try await getManifest(repository, reference) else {
                throw RegistryError(.notFound, "export", reason: "a manifest is not in the registry any more")
            }
            guard try contents.add(manifest, tag: tag, path: path, in: repository) else { continue }
            let signatures = Tag(signaturesOf: manifest.digest)
            if try await manifestDigest(repository, signatures) != nil {
                waiting.append((path, .tag(signatures), signatures))
            }
            for referrer in try await referrers(repository, manifest.digest) {
                waiting.append((path, .digest(referrer), nil))
            }
        }
        return contents
    }

    /// Digests of the manifests that have this one as their subject: by the API, or from the tag that stands for it.
    package func referrers(_ repository: RepositoryName, _ digest: Digest) async throws(RegistryError) -> [Digest] {
        var request = RegistryRequest(
            operation: "GET referrers", method: .GET, target: .path("\(repository)/referrers/\(digest)"),
            headers: [("Accept", MediaType.imageIndex.rawValue)], scopes: [.pull(repository)],
            expecting: [200, 400, 404, 405])
        request.collectUpTo = 4 << 20
        let response = try await execute(request)
        if response.status == 200 {
            return try CanonicalJSON.decode(LayoutIndex.self, from: response.bytes).manifests.map(\.digest)
        }
        guard let index = try await getManifest(repository, .tag(Tag(referrersOf: digest))) else { return [] }
        return try CanonicalJSON.decode(LayoutIndex.self, from: index.bytes).manifests.map(\.digest)
    }
}
