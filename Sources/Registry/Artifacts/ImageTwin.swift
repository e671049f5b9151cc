import Archive
import Domain

/// A plain OCI image with the files of a pipeline's artifact, for runtimes and tools that know images only
/// (publish-and-edge.md, 1b). Its subject is the artifact, so that it is found among the artifact's referrers. One layer
/// a file, as gzip that does not compress: some tools would compress plain layers, and so change their digests.
struct ImageTwin {
    /// A file, the path of which is the one that the artifact's layer has as its title.
    struct File: Hashable, Sendable {
        enum Content: Hashable, Sendable {
            case bytes([UInt8])
            /// In the artifact's repository.
            case blob(Digest)
        }
        let path: String
        let content: Content
        let size: Int64
    }

    /// A file's layer, once it is known.
    struct Layer: Hashable, Sendable {
        /// Of the compressed form.
        let descriptor: Descriptor
        /// Of the archive inside.
        let diffID: Digest
    }

    let config: [UInt8]
    let manifest: Manifest
    let encoded: EncodedManifest

    /// - Throws: `RegistryError` with code `manifestInvalid`.
    init(of artifact: PipelineArtifact, layers: [Layer]) throws(RegistryError) {
        config = try CanonicalJSON.encode(ImageConfig(artifact, layers))
        manifest = Manifest(
            artifactType: nil, config: Descriptor(mediaType: .imageConfig, of: config),
            layers: layers.map(\.descriptor),
            subject: Descriptor(
                mediaType: .imageManifest, digest: artifact.manifest.digest, size: Int64(artifact.manifest.bytes.count)),
            annotations: [
                Annotation.title: artifact.definition.name.rawValue,
                Annotation.version: artifact.definition.version.description,
                Annotation.format: Annotation.formatVersion,
            ])
        encoded = try EncodedManifest(manifest)
    }

    /// In the order of the artifact's layers.
    static func files(of artifact: PipelineArtifact) -> [File] {
        artifact.layers.map { layer in
            let content: File.Content =
                switch layer.digest {
                case Digest(hashing: artifact.pipelineJSON): .bytes(artifact.pipelineJSON)
                case Digest(hashing: artifact.engineJSON): .bytes(artifact.engineJSON)
                default: .blob(layer.digest)
                }
            return File(
                path: layer.annotations?[Annotation.title] ?? layer.digest.hex, content: content, size: layer.size)
        }
    }

    private struct ImageConfig: Encodable {
        struct Empty: Encodable {}
        struct Step: Encodable {
            let created_by = "drover"
        }
        struct RootFS: Encodable {
            let type = "layers"
            let diff_ids: [Digest]
        }
        let architecture: String
        let config = Empty()
        let history: [Step]
        let os = "linux"
        let rootfs: RootFS

        init(_ artifact: PipelineArtifact, _ layers: [Layer]) {
            // Files run nowhere; runtimes ask all the same.
            architecture = artifact.models.allSatisfy { $0.architecture == .arm } ? "arm64" : "amd64"
            history = layers.map { _ in Step() }
            rootfs = RootFS(diff_ids: layers.map(\.diffID))
        }
    }
}
