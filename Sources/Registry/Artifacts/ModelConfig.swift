import Domain

/// The config of a ModelPack artifact (model-spec v0.0.7, config.md). Without `createdAt`: the same content must have
/// the same digest.
struct ModelConfig: Encodable {
    struct Descriptor: Encodable {
        let name: String
        let vendor: String
        let version: String
    }
    struct Config: Encodable {
        /// Left out when the models are of several formats.
        let format: String?
    }
    struct ModelFS: Encodable {
        let type = "layers"
        let diffIds: [Digest]
    }

    let descriptor: Descriptor
    let config: Config
    let modelfs: ModelFS

    init(name: String, version: String, runtimes: Set<ModelRuntime>, layers: [Registry.Descriptor]) {
        descriptor = Descriptor(name: name, vendor: "drover", version: version)
        config = Config(format: runtimes.count == 1 ? runtimes.first?.rawValue : nil)
        modelfs = ModelFS(diffIds: layers.map(\.digest))
    }
}
