package import FoundationEssentials

/// A name under which versions are kept (MODEL-02).
package struct Model: Sendable, Hashable, Identifiable {
    package let id: ModelID
    package let workspaceID: WorkspaceID
    package let name: ModelName
    package let createdBy: UserID
    package let createdAt: Date
    package let updatedAt: Date
    package let versionCount: Int64
    /// Uploaded at `updatedAt`.
    package let latestVersion: LatestVersion?

    package init(
        id: ModelID, workspaceID: WorkspaceID, name: ModelName, createdBy: UserID, createdAt: Date, updatedAt: Date,
        versionCount: Int64, latestVersion: LatestVersion?
    ) {
        self.id = id
        self.workspaceID = workspaceID
        self.name = name
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.versionCount = versionCount
        self.latestVersion = latestVersion
    }

    /// What a model's entry shows of its newest version (WS-06).
    package struct LatestVersion: Sendable, Hashable {
        package let id: ModelVersionID
        package let fileName: String

        package init(id: ModelVersionID, fileName: String) {
            self.id = id
            self.fileName = fileName
        }
    }
}

/// An uploaded file, never changed (MODEL-08). Its bytes are the registry blob whose digest is `sha256`.
package struct ModelVersion: Sendable, Hashable, Identifiable {
    package let id: ModelVersionID
    package let modelID: ModelID
    package let modelName: ModelName
    package let workspaceID: WorkspaceID
    package let fileName: String
    package let sha256: Digest
    package let sizeBytes: Int64
    package let framework: ModelFramework
    package let runtime: ModelRuntime
    package let arch: Architecture
    package let status: ModelVersionStatus
    /// What was learned from the file: the JSON of a `ModelInspection`.
    package let inspection: JSONText
    /// The ModelPack manifest that keeps the blob from being collected.
    package let manifestDigest: Digest
    package let createdBy: UserID
    package let createdAt: Date

    package init(
        id: ModelVersionID, modelID: ModelID, modelName: ModelName, workspaceID: WorkspaceID, fileName: String,
        sha256: Digest, sizeBytes: Int64, framework: ModelFramework, runtime: ModelRuntime, arch: Architecture,
        status: ModelVersionStatus, inspection: JSONText, manifestDigest: Digest, createdBy: UserID,
        createdAt: Date
    ) {
        self.id = id
        self.modelID = modelID
        self.modelName = modelName
        self.workspaceID = workspaceID
        self.fileName = fileName
        self.sha256 = sha256
        self.sizeBytes = sizeBytes
        self.framework = framework
        self.runtime = runtime
        self.arch = arch
        self.status = status
        self.inspection = inspection
        self.manifestDigest = manifestDigest
        self.createdBy = createdBy
        self.createdAt = createdAt
    }
}

/// What a model file says of itself. Its JSON is stored and shown as it is.
package struct ModelInspection: Sendable, Hashable, Codable {
    private enum CodingKeys: String, CodingKey {
        case irVersion = "ir_version"
        case opsets, producer, inputs, outputs
    }

    /// ONNX `ir_version`.
    package var irVersion: Int64?
    /// Operator set versions by domain; the default domain is `ai.onnx`.
    package var opsets: [String: Int64]
    package var producer: String?
    /// Graph inputs that have no initializer (MODEL-63).
    package var inputs: [Tensor]
    package var outputs: [Tensor]

    package init(
        irVersion: Int64? = nil, opsets: [String: Int64] = [:], producer: String? = nil, inputs: [Tensor] = [],
        outputs: [Tensor] = []
    ) {
        self.irVersion = irVersion
        self.opsets = opsets
        self.producer = producer
        self.inputs = inputs
        self.outputs = outputs
    }

    /// A named input or output.
    package struct Tensor: Sendable, Hashable, Codable {
        package var name: String
        /// ONNX element type in lower case (`float32`, `int64`, …), or the kind of value (`sequence`, `map`).
        package var type: String
        /// One entry a dimension: a number, or the name of a symbolic one (`?` when it has none).
        package var shape: [String]

        package init(name: String, type: String, shape: [String]) {
            self.name = name
            self.type = type
            self.shape = shape
        }
    }
}
