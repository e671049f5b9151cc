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

    /// Lists a referrer with its type and all annotations, once.
    mutating func add(_ manifest: Manifest, _ encoded: EncodedManifest) {
        guard !manifests.contains(where: { $0["digest"] == .string(encoded.digest.description) }) else { return }
        var entry: [String: JSONValue] = [
            "mediaType": .string(encoded.mediaType.rawValue),
            "digest": .string(encoded.digest.description),
            "size": .integer(Int64(encoded.bytes.count)),
            "artifactType": .string((manifest.artifactType ?? manifest.config.mediaType).rawValue),
        ]
        if let annotations = manifest.annotations, !annotations.isEmpty {
            entry["annotations"] = .object(annotations.mapValues { .string($0) })
        }
        manifests.append(.object(entry))
        isChanged = true
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
        all["manifests"] = .array(manifests)
        return EncodedManifest(bytes: try CanonicalJSON.encode(JSONValue.object(all)), mediaType: .imageIndex)
    }
}
