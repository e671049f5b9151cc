package import Domain

/// A manifest that is to be signed, and where it stands.
package struct SigningSubject: Hashable, Sendable {
    package let repository: RepositoryName
    /// `host[:port]/repository`, without tag and digest: what cosign calls the docker reference.
    package let reference: String
    package let digest: Digest
    /// Of the manifest, in bytes.
    package let size: Int64
    package let provenance: Provenance
    /// The files that people get who pull it, for a signature of their own; none for what is not pulled as files.
    let files: [SignedFile]

    init(
        _ manifest: EncodedManifest, in repository: RepositoryName, host: String, provenance: Provenance,
        files: [SignedFile] = []
    ) {
        self.files = files
        self.repository = repository
        reference = "\(host)/\(repository)"
        digest = manifest.digest
        size = Int64(manifest.bytes.count)
        self.provenance = provenance
    }

    /// How a referrer names it.
    var descriptor: Descriptor { Descriptor(mediaType: .imageManifest, digest: digest, size: size) }
    /// Where cosign 2 and the policies of podman and CRI-O look for signatures (cosign, SIGNATURE_SPEC.md).
    var signatureTag: Tag { Tag(signaturesOf: digest) }
    /// Where clients look for referrers when the registry has no API for them (distribution-spec 1.1).
    var referrersTag: Tag { Tag(referrersOf: digest) }
}

extension Tag {
    /// cosign's tag of the signatures of a manifest (cosign, SIGNATURE_SPEC.md).
    package init(signaturesOf digest: Digest) { self.init(unchecked: "sha256-\(digest.hex).sig") }
    /// The tag of the index of a manifest's referrers (distribution-spec 1.1, "Referrers Tag Schema").
    package init(referrersOf digest: Digest) { self.init(unchecked: "sha256-\(digest.hex)") }
}

/// What an artifact was made of, for its SLSA provenance.
package struct Provenance: Hashable, Sendable {
    /// Content that went into it.
    package struct Dependency: Hashable, Sendable, Encodable {
        let name: String
        let uri: String
        let digest: Digest?

        private enum Key: String, CodingKey { case name, uri, digest }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(name, forKey: .name)
            try container.encode(uri, forKey: .uri)
            if let digest { try container.encode(["sha256": digest.hex], forKey: .digest) }
        }
    }

    /// A URI that says what `parameters` mean.
    let buildType: String
    /// What was asked for.
    let parameters: [String: String]
    let dependencies: [Dependency]

    /// The pipeline's artifact: its version, its engine configuration, and the models' files.
    static func pipeline(_ artifact: PipelineArtifact, _ settings: RegistrySettings) -> Provenance {
        Provenance(
            buildType: "https://drover.dev/publish/pipeline/v1",
            parameters: [
                "pipeline": artifact.definition.name.rawValue,
                "pipelineVersion": artifact.definition.version.description,
                "engineConfig": Digest(hashing: artifact.engineJSON).description,
            ],
            dependencies: artifact.models.map { model in
                let repository = settings.modelRepository(workspace: model.workspace, model: model.name)
                return Dependency(
                    name: "\(model.name)/\(model.version)",
                    uri: "\(settings.baseURL)/v2/\(repository)/blobs/\(model.digest)", digest: model.digest)
            })
    }

    /// The image: the artifact that it holds the files of.
    static func image(of artifact: PipelineArtifact, _ settings: RegistrySettings) -> Provenance {
        let name = artifact.definition.name
        return Provenance(
            buildType: "https://drover.dev/publish/image/v1",
            parameters: ["pipeline": name.rawValue, "pipelineVersion": artifact.definition.version.description],
            dependencies: [
                Dependency(
                    name: "pipeline", uri: "oci://\(settings.root)/pipelines/\(name)@\(artifact.manifest.digest)",
                    digest: artifact.manifest.digest)
            ])
    }

    /// The chart: its version, the pipeline that it runs and the engine's image.
    static func chart(_ chart: HelmChart) -> Provenance {
        Provenance(
            buildType: "https://drover.dev/publish/chart/v1",
            parameters: ["chart": chart.input.pipeline.rawValue, "chartVersion": chart.input.chartVersion],
            dependencies: [
                Dependency(
                    name: "pipeline", uri: "oci://\(chart.input.pipelineReference)",
                    digest: chart.input.pipelineDigest),
                Dependency(
                    name: "engine", uri: "oci://\(chart.input.engineImage.pinned)",
                    digest: chart.input.engineImage.digest),
            ])
    }
}
