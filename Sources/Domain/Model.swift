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
    package let accel: Accelerator
    package let status: ModelVersionStatus
    /// What was learned from the file: the JSON of a `ModelInspection`.
    package let inspection: JSONText
    /// The ModelPack manifest that keeps the blob from being collected.
    package let manifestDigest: Digest
    /// The container image that runs it, once there is one (MODEL-09).
    package let imagePath: String?
    /// What a conversion made of it; runs in its place.
    package let converted: ConvertedFile?
    package let createdBy: UserID
    package let createdAt: Date
    /// The last change of its state.
    package let updatedAt: Date

    package init(
        id: ModelVersionID, modelID: ModelID, modelName: ModelName, workspaceID: WorkspaceID, fileName: String,
        sha256: Digest, sizeBytes: Int64, framework: ModelFramework, runtime: ModelRuntime, arch: Architecture,
        accel: Accelerator = .none, status: ModelVersionStatus, inspection: JSONText, manifestDigest: Digest,
        imagePath: String? = nil, converted: ConvertedFile? = nil, createdBy: UserID, createdAt: Date, updatedAt: Date
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
        self.accel = accel
        self.status = status
        self.inspection = inspection
        self.manifestDigest = manifestDigest
        self.imagePath = imagePath
        self.converted = converted
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// The name of the file that runs: a conversion's has the other's stem.
    package var servedFileName: String {
        guard converted != nil else { return fileName }
        let stem = fileName.split(separator: ".", omittingEmptySubsequences: false).dropLast().joined(separator: ".")
        return (stem.isEmpty ? fileName : stem) + ".onnx"
    }
}
