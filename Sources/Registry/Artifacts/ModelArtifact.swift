import Domain

/// A model version as a ModelPack artifact of its own, `models/<workspace id>/<model>:<version uuid>`, so that the
/// registry's garbage collection keeps the file. Depends on nothing but the model.
package struct ModelArtifact: Hashable, Sendable {
    package let model: PublishedModel
    package let config: [UInt8]
    package let manifest: EncodedManifest
    /// The version's UUID. A converted file's has the file's digest in it, too: a conversion that is repeated may make
    /// other bytes, and a tag never moves.
    package let tag: Tag

    /// - Parameter isConverted: whether the file is what a conversion made of the version's own.
    /// - Throws: `RegistryError` with code `manifestInvalid`.
    package init(_ model: PublishedModel, isConverted: Bool = false) throws(RegistryError) {
        let suffix = isConverted ? "-\(model.runtime.rawValue)-\(model.digest.hex.prefix(16))" : ""
        tag = Tag(unchecked: model.version.description + suffix)
        let layer = model.layer(path: model.fileName)
        self.model = model
        config = try CanonicalJSON.encode(
            ModelConfig(
                name: model.name.rawValue, version: model.version.description, runtimes: [model.runtime],
                layers: [layer]))
        manifest = try EncodedManifest(
            Manifest(
                artifactType: .modelManifest, config: Descriptor(mediaType: .modelConfig, of: config), layers: [layer],
                annotations: [
                    Annotation.title: model.name.rawValue,
                    Annotation.version: model.version.description,
                    Annotation.format: Annotation.formatVersion,
                ]))
    }
}
