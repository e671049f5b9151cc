import Domain
import FoundationEssentials

/// The image manifest at the tag `sha256-<hex>.sig`, one layer a signature (cosign, SIGNATURE_SPEC.md).
struct SignatureManifest {
    let config: [UInt8]
    let manifest: EncodedManifest

    /// The layers that are there, and more; `nil` when all are among them.
    /// - Throws: `RegistryError` with code `manifestInvalid` when something else stands at the tag.
    init?(adding more: [Descriptor], to present: EncodedManifest?) throws(RegistryError) {
        var layers: [Descriptor] = []
        if let present {
            let decoded = try present.decoded()
            guard decoded.layers.allSatisfy({ $0.mediaType == .simpleSigning }) else {
                throw RegistryError(.manifestInvalid, "tag signature", reason: "the tag holds something else")
            }
            layers = decoded.layers
        }
        let signature = Annotation.cosignSignature
        let missing = more.filter { new in
            !layers.contains { $0.digest == new.digest && $0.annotations?[signature] == new.annotations?[signature] }
        }
        if missing.isEmpty { return nil }
        layers += missing
        config = try CanonicalJSON.encode(ImageConfig(layers))
        manifest = try EncodedManifest(
            Manifest(
                artifactType: nil, config: Descriptor(mediaType: .imageConfig, of: config), layers: layers))
    }

    /// A signature as a layer.
    static func layer(_ signatures: ArtifactSignatures) -> Descriptor {
        Descriptor(
            mediaType: .simpleSigning, of: signatures.payload,
            annotations: [Annotation.cosignSignature: Data(signatures.signature).base64EncodedString()])
    }

    /// As little of an image's config as readers of images ask for.
    private struct ImageConfig: Encodable {
        struct Empty: Encodable {}
        struct Step: Encodable {
            let created = "0001-01-01T00:00:00Z"
        }
        struct RootFS: Encodable {
            let type = "layers"
            let diff_ids: [Digest]
        }
        let architecture = ""
        let config = Empty()
        let created = "0001-01-01T00:00:00Z"
        let history: [Step]
        let os = ""
        let rootfs: RootFS

        init(_ layers: [Descriptor]) {
            history = layers.map { _ in Step() }
            rootfs = RootFS(diff_ids: layers.map(\.digest))
        }
    }
}
