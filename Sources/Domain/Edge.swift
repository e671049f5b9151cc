package import FoundationEssentials

/// A place where a publish runs (EDGE-06).
package struct Edge: Sendable, Hashable, Identifiable {
    package let id: EdgeID
    package let workspaceID: WorkspaceID
    package let pipelineID: PipelineID
    package let publishID: PublishID
    package let pipelineVersionNumber: PipelineVersionNumber
    package let pipelineVersionID: PipelineVersionID
    package let name: EdgeName
    package let tags: [String]
    /// From the publish's engine config (EDGE-24).
    package let engineConfig: EngineConfig
    package let createdBy: UserID
    package let createdAt: Date
    package let attestedAt: Date?
    package let lastContactAt: Date?
    package let removedAt: Date?

    /// The longest silence of a joined edge before its credentials count as expired (EDGE-14).
    package static let contactLimit: TimeInterval = 7 * 24 * 3600

    package init(
        id: EdgeID, workspaceID: WorkspaceID, pipelineID: PipelineID, publishID: PublishID,
        pipelineVersionNumber: PipelineVersionNumber, pipelineVersionID: PipelineVersionID, name: EdgeName,
        tags: [String], engineConfig: EngineConfig, createdBy: UserID, createdAt: Date, attestedAt: Date?,
        lastContactAt: Date?, removedAt: Date?
    ) {
        self.id = id
        self.workspaceID = workspaceID
        self.pipelineID = pipelineID
        self.publishID = publishID
        self.pipelineVersionNumber = pipelineVersionNumber
        self.pipelineVersionID = pipelineVersionID
        self.name = name
        self.tags = tags
        self.engineConfig = engineConfig
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.attestedAt = attestedAt
        self.lastContactAt = lastContactAt
        self.removedAt = removedAt
    }

    /// What the row and the time say.
    package func state(at now: Date) -> EdgeState {
        if removedAt != nil { return .removed }
        guard attestedAt != nil, let lastContactAt else { return .neverJoined }
        return now.timeIntervalSince(lastContactAt) > Self.contactLimit ? .stale : .joined
    }
}
