package import Domain

/// Points at content by type, digest and size (image-spec 1.1, descriptor.md).
package struct Descriptor: Hashable, Sendable, Codable {
    package var mediaType: MediaType
    package var digest: Digest
    /// In bytes.
    package var size: Int64
    package var annotations: [String: String]?

    package init(mediaType: MediaType, digest: Digest, size: Int64, annotations: [String: String]? = nil) {
        self.mediaType = mediaType
        self.digest = digest
        self.size = size
        self.annotations = annotations
    }

    /// `{}`, the content of configs that say nothing (image-spec 1.1, "Guidance for an Empty Descriptor").
    static let emptyJSON = Array("{}".utf8)
    /// Describes `emptyJSON`.
    static let empty = Descriptor(mediaType: .empty, of: Array("{}".utf8))

    /// - Throws: `DecodingError` for a size below zero, too: sizes are added up and written into archives.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        mediaType = try container.decode(MediaType.self, forKey: .mediaType)
        digest = try container.decode(Digest.self, forKey: .digest)
        size = try container.decode(Int64.self, forKey: .size)
        annotations = try container.decodeIfPresent([String: String].self, forKey: .annotations)
        guard size >= 0 else {
            throw DecodingError.dataCorruptedError(
                forKey: .size, in: container, debugDescription: "a size below zero")
        }
    }

    private enum CodingKeys: String, CodingKey { case mediaType, digest, size, annotations }

    /// Describes bytes in memory.
    package init(mediaType: MediaType, of bytes: [UInt8], annotations: [String: String]? = nil) {
        self.init(
            mediaType: mediaType, digest: Digest(hashing: bytes), size: Int64(bytes.count), annotations: annotations)
    }
}

/// An image manifest (image-spec 1.1, manifest.md), which is also how artifacts are stored.
package struct Manifest: Hashable, Sendable, Codable {
    package var schemaVersion = 2
    package var mediaType: MediaType?
    package var artifactType: MediaType?
    package var config: Descriptor
    package var layers: [Descriptor]
    package var subject: Descriptor?
    package var annotations: [String: String]?

    package init(
        mediaType: MediaType? = .imageManifest, artifactType: MediaType?, config: Descriptor, layers: [Descriptor],
        subject: Descriptor? = nil, annotations: [String: String]? = nil
    ) {
        self.mediaType = mediaType
        self.artifactType = artifactType
        self.config = config
        self.layers = layers
        self.subject = subject
        self.annotations = annotations
    }
}

/// A manifest as bytes: a registry hashes what it received, so the text is made once and kept.
package struct EncodedManifest: Hashable, Sendable {
    package let bytes: [UInt8]
    package let digest: Digest
    /// The Content-Type to store it with.
    package let mediaType: MediaType

    /// Wraps bytes that came from a registry.
    package init(bytes: [UInt8], mediaType: MediaType) {
        self.bytes = bytes
        self.digest = Digest(hashing: bytes)
        self.mediaType = mediaType
    }

    /// Encodes as canonical JSON: the same manifest always has the same digest.
    /// - Throws: `RegistryError` with code `manifestInvalid`.
    package init(_ manifest: Manifest) throws(RegistryError) {
        self.init(bytes: try CanonicalJSON.encode(manifest), mediaType: manifest.mediaType ?? .imageManifest)
    }

    /// The decoded form of an image manifest.
    /// - Throws: `RegistryError` with code `manifestInvalid` for an index or anything else.
    package func decoded() throws(RegistryError) -> Manifest {
        try CanonicalJSON.decode(Manifest.self, from: bytes)
    }
}
