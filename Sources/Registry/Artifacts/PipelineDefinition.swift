package import Domain

/// What a pipeline version does, as far as it is published (PIPE-16): the input of `pipeline.json`.
package struct PipelineDefinition: Hashable, Sendable {
    /// One step.
    package enum Step: Hashable, Sendable {
        /// Runs the models; more than one is for steps that choose between them.
        case modelInference([PublishedModel])

        package var models: [PublishedModel] {
            switch self {
            case .modelInference(let models): models
            }
        }
    }

    /// A named check of each inference.
    package struct Validation: Hashable, Sendable, Codable {
        package var name: String
        package var expr: String
        package init(name: String, expr: String) {
            self.name = name
            self.expr = expr
        }
    }

    package var name: PipelineName
    package var version: PipelineVersionID
    package var steps: [Step]
    package var validations: [Validation]

    package init(
        name: PipelineName, version: PipelineVersionID, steps: [Step], validations: [Validation] = []
    ) {
        self.name = name
        self.version = version
        self.steps = steps
        self.validations = validations
    }

    /// `pipeline.json` (publish-and-edge.md, A2), canonical.
    /// - Throws: `RegistryError` with code `manifestInvalid`.
    package func json() throws(RegistryError) -> [UInt8] {
        let steps = steps.map { step in
            Document.Step(
                modelInference: .init(
                    models: step.models.map {
                        .init(name: $0.name.rawValue, sha: $0.digest.hex, version: $0.version.description)
                    }))
        }
        return try CanonicalJSON.encode(
            Document(name: name.rawValue, version: version.description, steps: steps, validations: validations))
    }

    /// The models in step order, each digest once: equal files are one layer.
    var distinctModels: [PublishedModel] {
        var seen: Set<Digest> = []
        return steps.flatMap(\.models).filter { seen.insert($0.digest).inserted }
    }

    private struct Document: Encodable {
        struct Model: Encodable {
            let name: String
            let sha: String
            let version: String
        }
        struct Inference: Encodable {
            let models: [Model]
        }
        struct Step: Encodable {
            let modelInference: Inference
        }
        let apiVersion = "v1"
        let kind = "Pipeline"
        let name: String
        let version: String
        let steps: [Step]
        let validations: [Validation]
    }
}
