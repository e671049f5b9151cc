import Domain

/// The index that clients keep at the referrers tag of a registry without the referrers API (distribution-spec 1.1,
/// "Referrers Tag Schema"). What others put there stays as it is.
struct ReferrersIndex {
    private var members: [String: JSONValue]
    private var manifests: [JSONValue]
    private(set) var isChanged = false

    /// - Parameter present: what stands at the tag.
    /// - Throws: `RegistryError` with code `manifestInvalid` when that is no image index.
    init(_ present: EncodedManifest?) throws(RegistryError) {
        guard let present else {
            members = ["schemaVersion": .integer(2), "mediaType": .string(MediaType.imageIndex.rawValue)]
            manifests = []
            return
        }
        guard present.mediaType == .imageIndex,
            case .object(let members) = try CanonicalJSON.decode(JSONValue.self, from: present.bytes),
            case .array(let manifests) = members["manifests"] ?? .array([])
        else {
            throw RegistryError(.manifestInvalid, "PUT referrers", reason: "the referrers tag holds something else")
        }
        self.members = members
        self.manifests = manifests
    }

    /// Lists a referrer with its type and all annotations, once. An entry of it that says less is made whole: some
    /// clients forget the type and the annotations (cosign issue 4641).
    mutating func add(_ manifest: Manifest, _ encoded: EncodedManifest) {
        let entry = Self.entry(manifest, encoded)
        let places = manifests.indices.filter { manifests[$0]["digest"] == entry["digest"] }
        guard let place = places.first, case .object(let present) = manifests[place] else {
            manifests.append(.object(entry))
            isChanged = true
            return
        }
        let whole = JSONValue.object(present.merging(entry) { $1 })
        guard whole != manifests[place] || places.count > 1 else { return }
        manifests[place] = whole
        for other in places.dropFirst().reversed() { manifests.remove(at: other) }
        isChanged = true
    }

    private static func entry(_ manifest: Manifest, _ encoded: EncodedManifest) -> [String: JSONValue] {
        var entry: [String: JSONValue] = [
            "mediaType": .string(encoded.mediaType.rawValue),
            "digest": .string(encoded.digest.description),
            "size": .integer(Int64(encoded.bytes.count)),
            "artifactType": .string((manifest.artifactType ?? manifest.config.mediaType).rawValue),
        ]
        if let annotations = manifest.annotations, !annotations.isEmpty {
            entry["annotations"] = .object(annotations.mapValues { .string($0) })
        }
        return entry
    }

    /// Of all entries, but those of algorithms that we don't know.
    var digests: [Digest] { manifests.compactMap(Self.digest) }

    /// Takes entries out.
    mutating func drop(_ gone: Set<Digest>) {
        manifests.removeAll { entry in Self.digest(entry).map { gone.contains($0) } ?? false }
    }

    private static func digest(_ entry: JSONValue) -> Digest? {
        guard case .string(let text)? = entry["digest"] else { return nil }
        return Digest(text)
    }

    /// - Throws: `RegistryError` with code `manifestInvalid`.
    func encoded() throws(RegistryError) -> EncodedManifest {
        var all = members
        // Without these, which others may have left out, registries refuse it.
        all["schemaVersion"] = .integer(2)
        all["mediaType"] = .string(MediaType.imageIndex.rawValue)
        all["manifests"] = .array(manifests)
        return EncodedManifest(bytes: try CanonicalJSON.encode(JSONValue.object(all)), mediaType: .imageIndex)
    }
}
