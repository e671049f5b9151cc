/// Names of annotations. `org.opencontainers.*` and `org.cncf.*` are theirs; what is only ours stands under
/// `dev.drover.`, because ModelPack's config schema admits no further fields.
package enum Annotation {
    // image-spec 1.1, annotations.md
    package static let title = "org.opencontainers.image.title"
    package static let version = "org.opencontainers.image.version"
    package static let description = "org.opencontainers.image.description"

    package static let refName = "org.opencontainers.image.ref.name"

    // ModelPack model-spec v0.0.7, annotations.md
    package static let filePath = "org.cncf.model.filepath"
    package static let mediaTypeUntested = "org.cncf.model.file.mediatype.untested"

    // cosign, SIGNATURE_SPEC.md and BUNDLE_SPEC.md
    package static let cosignSignature = "dev.cosignproject.cosign/signature"
    package static let bundleContent = "dev.sigstore.bundle.content"
    package static let bundlePredicate = "dev.sigstore.bundle.predicateType"

    /// The version of the artifact's layout.
    package static let format = "dev.drover.format"
    /// Of a manifest in an exported layout: the repository, below the registry's root.
    package static let repository = "dev.drover.repository"
    /// Of an exported layout: what was attached and could not be taken along, and why.
    package static let omitted = "dev.drover.omitted"
    /// What a layer is for; see `LayerRole`.
    package static let role = "dev.drover.role"
    package static let modelName = "dev.drover.model.name"
    package static let modelVersion = "dev.drover.model.version"
    package static let modelRuntime = "dev.drover.model.runtime"
    package static let modelArchitecture = "dev.drover.model.arch"

    static let formatVersion = "1"
}

/// What a layer is for (the seeds' `type` in the engine's log, PUB-14).
package enum LayerRole: String, Sendable, Codable, CaseIterable {
    /// `pipeline.json`: steps and validations.
    case pipeline
    /// `engine.json`: resources.
    case engine
    /// A model file.
    case model
}
