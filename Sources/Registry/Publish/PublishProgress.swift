package import Domain

/// How far a publish is; the caller keeps it (ControlPlane shows it to users).
package struct PublishProgress: Hashable, Sendable {
    /// The steps in their order.
    package enum Phase: String, Sendable, Codable, CaseIterable {
        case models, documents, manifest, tag, image, chart, signatures, done
    }
    package let phase: Phase
    /// 0 to 100; never falls within one push.
    package let percent: Int
    /// Blob bytes sent so far.
    package let bytesSent: Int64
    /// Blob bytes made present by mounting so far.
    package let bytesMounted: Int64
}

/// What a publish left in the registry.
package struct PublishReceipt: Hashable, Sendable {
    /// Of the primary manifest.
    package let digest: Digest
    /// The primary manifest's tag.
    package let tag: Tag
    /// Manifest, config and layers together, in bytes.
    package let size: Int64
    /// In manifest order.
    package let layers: [Descriptor]
    /// Of the chart's manifest (the Helm Chart Reference of PUB-05).
    package let chartDigest: Digest
    /// Also the chart's tag (PUB-08).
    package let chartVersion: String
    /// The image with the same files, if one was asked for.
    package let image: Image?
    /// Blob bytes that crossed the network to the registry, chart included. A model's bytes are not among them when the
    /// registry mounted them.
    package let blobBytesSent: Int64
    /// Blob bytes that the registry took over from another of its repositories.
    package let blobBytesMounted: Int64

    /// Where the image is.
    package struct Image: Hashable, Sendable {
        package let tag: Tag
        package let digest: Digest
    }
}
