package import Domain

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

    /// Something of others that is attached to what was published, and can't be taken along.
    package struct Omission: Hashable, Sendable, CustomStringConvertible {
        /// The digest, as far as it is one, or the tag.
        let name: String
        let reason: String
        package var description: String { "\(name) (\(reason))" }
    }

    /// As many manifests are taken, and so many bytes of them: they are held in memory while the layout is read.
    static let mostManifests = 1000
    static let mostBytes = 64 << 20

    private(set) var entries: [Entry] = []
    private(set) var blobs: [Blob] = []
    /// In the order in which they were met; `index.json` names them, too.
    package private(set) var omissions: [Omission] = []
    private var known: Set<Digest> = []
    private var bytes = 0

    mutating func omit(_ name: String, _ reason: String) {
        let omission = Omission(name: name, reason: reason)
        if omissions.count < Self.mostManifests, !omissions.contains(omission) { omissions.append(omission) }
    }

    func has(_ digest: Digest) -> Bool { known.contains(digest) }

    /// Takes a manifest with its blobs, unless it is there.
    /// - Returns: whether it is new.
    /// - Throws: `RegistryError` with code `manifestInvalid` for what is no image manifest, `tooLarge` for too many.
    @discardableResult mutating func add(
        _ manifest: EncodedManifest, tag: Tag?, path: String, in repository: RepositoryName
    ) throws(RegistryError) -> Bool {
        guard !known.contains(manifest.digest) else { return false }
        let decoded = try manifest.decoded()
        bytes += manifest.bytes.count
        guard entries.count < Self.mostManifests, bytes <= Self.mostBytes else {
            throw RegistryError(.tooLarge, "export", reason: "too many signatures and referrers")
        }
        known.insert(manifest.digest)
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
        let omitted = omissions.map(\.description).joined(separator: ", ")
        return try CanonicalJSON.encode(
            LayoutIndex(
                manifests: entries.map { entry in
                    var annotations = [Annotation.repository: entry.repository]
                    if let tag = entry.tag { annotations[Annotation.refName] = "\(entry.repository):\(tag)" }
                    return LayoutIndex.Entry(
                        mediaType: entry.manifest.mediaType, digest: entry.manifest.digest,
                        size: Int64(entry.manifest.bytes.count), artifactType: entry.artifactType,
                        annotations: annotations)
                }, annotations: omitted.isEmpty ? nil : [Annotation.omitted: omitted]))
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
    let annotations: [String: String]?
}
