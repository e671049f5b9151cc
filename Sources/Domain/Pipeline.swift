package import FoundationEssentials

/// A name under which pipeline versions are kept (PIPE-02, PIPE-04).
package struct Pipeline: Sendable, Hashable, Identifiable {
    package let id: PipelineID
    package let workspaceID: WorkspaceID
    package let name: PipelineName
    package let createdBy: UserID
    package let createdAt: Date
    package let updatedAt: Date
    package let versionCount: Int64
    /// Whether a publish of any version has succeeded (PUB-12).
    package let published: Bool

    package init(
        id: PipelineID, workspaceID: WorkspaceID, name: PipelineName, createdBy: UserID, createdAt: Date,
        updatedAt: Date, versionCount: Int64, published: Bool
    ) {
        self.id = id
        self.workspaceID = workspaceID
        self.name = name
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.versionCount = versionCount
        self.published = published
    }
}

/// An ordered list of steps, never changed (PIPE-16).
package struct PipelineVersion: Sendable, Hashable, Identifiable {
    package let id: PipelineVersionID
    /// The integer that publishes and edges print (PIPE-21).
    package let number: PipelineVersionNumber
    package let pipelineID: PipelineID
    package let pipelineName: PipelineName
    package let workspaceID: WorkspaceID
    package let steps: [PipelineStep]
    package let createdBy: UserID
    package let createdAt: Date

    package init(
        id: PipelineVersionID, number: PipelineVersionNumber, pipelineID: PipelineID, pipelineName: PipelineName,
        workspaceID: WorkspaceID, steps: [PipelineStep], createdBy: UserID, createdAt: Date
    ) {
        self.id = id
        self.number = number
        self.pipelineID = pipelineID
        self.pipelineName = pipelineName
        self.workspaceID = workspaceID
        self.steps = steps
        self.createdBy = createdBy
        self.createdAt = createdAt
    }
}

/// One step of a pipeline; the output of one is the input of the next (PIPE-09). The JSON is PIPE-10's.
package enum PipelineStep: Sendable, Hashable, Codable {
    case modelInference([ModelReference])

    /// A model version as a pipeline's definition names it.
    package struct ModelReference: Sendable, Hashable, Codable {
        package let name: ModelName
        package let version: ModelVersionID
        /// The file's SHA-256, 64 hex digits.
        package let sha: String

        package init(name: ModelName, version: ModelVersionID, sha: String) {
            self.name = name
            self.version = version
            self.sha = sha
        }
    }

    private struct Models: Codable { var models: [ModelReference] }
    private enum CodingKeys: String, CodingKey { case modelInference = "ModelInference" }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self = .modelInference(try container.decode(Models.self, forKey: .modelInference).models)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .modelInference(let models): try container.encode(Models(models: models), forKey: .modelInference)
        }
    }

    /// The model versions this step needs.
    package var models: [ModelReference] {
        switch self {
        case .modelInference(let models): models
        }
    }
}
