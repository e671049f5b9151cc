import Domain
import FoundationEssentials

/// A model version as the API shows it (MODEL-08).
struct ModelVersionResponse: Encodable {
    let id: ModelVersionID
    let modelId: ModelID
    let name: String
    let workspaceId: WorkspaceID
    let fileName: String
    /// 64 hex digits, as the seeds print it (MODEL-13).
    let sha: String
    let sizeBytes: Int64
    let framework: ModelFramework
    let runtime: ModelRuntime
    let arch: Architecture
    let status: ModelVersionStatus
    let inspection: JSONText
    let manifestDigest: Digest
    let createdBy: UserID
    let createdAt: Date

    init(_ version: ModelVersion) {
        id = version.id
        modelId = version.modelID
        name = version.modelName.rawValue
        workspaceId = version.workspaceID
        fileName = version.fileName
        sha = version.sha256.hex
        sizeBytes = version.sizeBytes
        framework = version.framework
        runtime = version.runtime
        arch = version.arch
        status = version.status
        inspection = version.inspection
        manifestDigest = version.manifestDigest
        createdBy = version.createdBy
        createdAt = version.createdAt
    }
}
