/// A media type of a manifest, config or layer (RFC 6838); compared byte by byte, as registries do.
package struct MediaType: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package init(_ rawValue: String) { self.rawValue = rawValue }
    /// From a header's value, which may have parameters such as `charset`; they say nothing here.
    init(contentType: String) { rawValue = String(contentType.prefix { $0 != ";" }).trimmed }
    package var description: String { rawValue }

    // image-spec 1.1, media-types.md
    package static let imageManifest = MediaType("application/vnd.oci.image.manifest.v1+json")
    package static let imageIndex = MediaType("application/vnd.oci.image.index.v1+json")
    package static let imageConfig = MediaType("application/vnd.oci.image.config.v1+json")
    package static let imageLayer = MediaType("application/vnd.oci.image.layer.v1.tar+gzip")
    package static let empty = MediaType("application/vnd.oci.empty.v1+json")
    package static let dockerManifest = MediaType("application/vnd.docker.distribution.manifest.v2+json")
    package static let dockerManifestList = MediaType("application/vnd.docker.distribution.manifest.list.v2+json")

    // CNCF ModelPack model-spec v0.0.7. Its clients refuse layer types outside its list, so ours come only from there.
    package static let modelManifest = MediaType("application/vnd.cncf.model.manifest.v1+json")
    package static let modelConfig = MediaType("application/vnd.cncf.model.config.v1+json")
    package static let modelWeight = MediaType("application/vnd.cncf.model.weight.v1.raw")
    package static let modelWeightConfig = MediaType("application/vnd.cncf.model.weight.config.v1.raw")

    // Helm 4, pkg/registry/constants.go
    package static let helmConfig = MediaType("application/vnd.cncf.helm.config.v1+json")
    package static let helmChart = MediaType("application/vnd.cncf.helm.chart.content.v1.tar+gzip")

    // cosign, SIGNATURE_SPEC.md and BUNDLE_SPEC.md
    package static let simpleSigning = MediaType("application/vnd.dev.cosign.simplesigning.v1+json")
    package static let sigstoreBundle = MediaType("application/vnd.dev.sigstore.bundle.v0.3+json")

    /// A referrer that holds a bundle with an OpenSSF model signature; there is no registered name for it.
    package static let modelSignature = MediaType("application/vnd.dev.drover.model-signature.v1+json")

    package static let octetStream = MediaType("application/octet-stream")

    /// Everything that may stand behind a tag; docker-registry answers 404 to a request that does not name the type.
    package static let anyManifest: [MediaType] = [.imageManifest, .imageIndex, .dockerManifest, .dockerManifestList]
}
