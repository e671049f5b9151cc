package import Domain

/// The primary artifact of a publish (publish-and-edge.md, 1b): pipeline.json, engine.json and one raw layer per model
/// file, all with ModelPack's layer types. Depends on nothing but the pipeline version and the engine configuration: no
/// time, user, publish id or URL (PUB-04, PUB-14, PUB-17).
package struct PipelineArtifact: Hashable, Sendable {
    package let definition: PipelineDefinition
    package let engine: EngineConfig
    /// The bytes of the layer `pipeline.json`.
    package let pipelineJSON: [UInt8]
    /// The bytes of the layer `engine.json`.
    package let engineJSON: [UInt8]
    package let config: [UInt8]
    /// The models whose files are layers, in layer order.
    package let models: [PublishedModel]
    /// pipeline.json, engine.json, then the models.
    package let layers: [Descriptor]
    package let manifest: EncodedManifest

    /// - Throws: `RegistryError` with code `manifestInvalid` for a pipeline without models.
    package init(_ definition: PipelineDefinition, engine: EngineConfig) throws(RegistryError) {
        models = definition.distinctModels
        guard !models.isEmpty else {
            throw RegistryError(.manifestInvalid, "build artifact", reason: "a pipeline without a model")
        }
        self.definition = definition
        self.engine = engine
        pipelineJSON = try definition.json()
        engineJSON = try CanonicalJSON.encode(engine)
        layers =
            [
                Self.json("pipeline.json", .pipeline, pipelineJSON),
                Self.json("engine.json", .engine, engineJSON),
            ] + models.map { $0.layer(path: "models/\($0.name)/\($0.version)/\($0.fileName)") }
        config = try CanonicalJSON.encode(
            ModelConfig(
                name: definition.name.rawValue, version: definition.version.description,
                runtimes: Set(models.map(\.runtime)), layers: layers))
        manifest = try EncodedManifest(
            Manifest(
                artifactType: .modelManifest, config: Descriptor(mediaType: .modelConfig, of: config), layers: layers,
                annotations: [
                    Annotation.title: definition.name.rawValue,
                    Annotation.version: definition.version.description,
                    Annotation.format: Annotation.formatVersion,
                ]))
    }

    /// The files that its layers are, where clients put them.
    var files: [SignedFile] {
        layers.map { SignedFile(path: $0.annotations?[Annotation.title] ?? $0.digest.hex, digest: $0.digest) }
    }

    /// The tag of the first publish of this version (PUB-08).
    package var tag: Tag { Tag(unchecked: definition.version.description) }
    /// The tag when another engine configuration of the same version holds `tag`: tags never move.
    package var alternativeTag: Tag {
        Tag(unchecked: "\(definition.version)-\(manifest.digest.hex.prefix(12))")
    }

    private static func json(_ path: String, _ role: LayerRole, _ bytes: [UInt8]) -> Descriptor {
        Descriptor(
            mediaType: .modelWeightConfig, of: bytes,
            annotations: [
                Annotation.title: path,
                Annotation.filePath: path,
                Annotation.mediaTypeUntested: "false",
                Annotation.role: role.rawValue,
            ])
    }
}
