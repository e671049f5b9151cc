package import FoundationEssentials

/// One pushing of a pipeline version to the registry (PUB-05).
package struct Publish: Sendable, Hashable, Identifiable {
    package let id: PublishID
    package let workspaceID: WorkspaceID
    package let pipelineID: PipelineID
    package let pipelineName: PipelineName
    package let pipelineVersionNumber: PipelineVersionNumber
    package let pipelineVersionID: PipelineVersionID
    package let status: PublishStatus
    package let engineURL: String
    package let engineConfig: EngineConfig
    package let pipelineURL: String
    /// Digest of the primary manifest once it is pushed.
    package let pipelineDigest: Digest?
    package let chartURL: String
    package let chartVersion: String
    package let chartDigest: Digest?
    /// The image with the same files, if one was asked for.
    package let image: Image?
    package let progress: Progress
    /// The publishes whose edges it takes over when it becomes `Published`, by id.
    package let replaces: [Reference]
    /// The publishes that took its edges over, by id; those that are not `Published` are left out.
    package let replacedBy: [Reference]
    /// What went wrong, for people; only with status `Error`.
    package let error: String?
    package let createdBy: UserID
    package let createdAt: Date
    package let updatedAt: Date

    /// How many publishes one may replace.
    package static let maxReplaced = 100

    /// Another publish of the workspace, by what people know it by.
    package struct Reference: Sendable, Hashable, Codable {
        package let id: PublishID
        package let pipelineName: PipelineName
        package let pipelineVersionNumber: PipelineVersionNumber

        package init(id: PublishID, pipelineName: PipelineName, pipelineVersionNumber: PipelineVersionNumber) {
            self.id = id
            self.pipelineName = pipelineName
            self.pipelineVersionNumber = pipelineVersionNumber
        }

        private enum CodingKeys: String, CodingKey {
            case id
            case pipelineName = "pipeline_name"
            case pipelineVersionNumber = "pipeline_version_id"
        }
    }

    /// A plain OCI image beside the primary artifact.
    package struct Image: Sendable, Hashable {
        /// By tag.
        package let url: String
        /// Of its manifest once it is pushed.
        package let digest: Digest?

        package init(url: String, digest: Digest?) {
            self.url = url
            self.digest = digest
        }
    }

    /// How far the job is.
    package struct Progress: Sendable, Hashable {
        /// `queued`, `models`, `documents`, `manifest`, `tag`, `image`, `chart`, `signatures` or `done`.
        package var phase: String
        /// 0…100.
        package var percent: Int
        /// Bytes of all layers.
        package var bytesTotal: Int64
        /// Bytes that are in place, whether sent or already there.
        package var bytesDone: Int64
        /// Bytes that had to be sent.
        package var bytesSent: Int64

        package init(phase: String, percent: Int, bytesTotal: Int64, bytesDone: Int64, bytesSent: Int64) {
            self.phase = phase
            self.percent = percent
            self.bytesTotal = bytesTotal
            self.bytesDone = bytesDone
            self.bytesSent = bytesSent
        }
    }

    package init(
        id: PublishID, workspaceID: WorkspaceID, pipelineID: PipelineID, pipelineName: PipelineName,
        pipelineVersionNumber: PipelineVersionNumber, pipelineVersionID: PipelineVersionID, status: PublishStatus,
        engineURL: String, engineConfig: EngineConfig, pipelineURL: String, pipelineDigest: Digest?, chartURL: String,
        chartVersion: String, chartDigest: Digest?, image: Image?, progress: Progress,
        replaces: [Reference] = [], replacedBy: [Reference] = [], error: String?, createdBy: UserID, createdAt: Date,
        updatedAt: Date
    ) {
        self.id = id
        self.workspaceID = workspaceID
        self.pipelineID = pipelineID
        self.pipelineName = pipelineName
        self.pipelineVersionNumber = pipelineVersionNumber
        self.pipelineVersionID = pipelineVersionID
        self.status = status
        self.engineURL = engineURL
        self.engineConfig = engineConfig
        self.pipelineURL = pipelineURL
        self.pipelineDigest = pipelineDigest
        self.chartURL = chartURL
        self.chartVersion = chartVersion
        self.chartDigest = chartDigest
        self.image = image
        self.progress = progress
        self.replaces = replaces
        self.replacedBy = replacedBy
        self.error = error
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
