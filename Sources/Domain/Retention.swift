/// A pipeline version that uses a model version.
package struct ModelVersionUse: Sendable, Hashable {
    package let pipeline: PipelineName
    package let version: PipelineVersionID
    /// Publishes of it that are not deleted, some of them.
    package let publishes: [PublishID]

    package init(pipeline: PipelineName, version: PipelineVersionID, publishes: [PublishID]) {
        self.pipeline = pipeline
        self.version = version
        self.publishes = publishes
    }
}

/// What a publish put into the registry, as far as its row says.
package struct PublishedNames: Sendable, Hashable {
    package let publish: PublishID
    package let pipeline: PipelineName
    package let version: PipelineVersionID
    package let pipelineURL: String
    package let pipelineDigest: Digest?
    package let imageURL: String?
    package let imageDigest: Digest?
    package let chartVersion: String
    package let chartDigest: Digest?
    package let isDeleted: Bool

    package init(
        publish: PublishID, pipeline: PipelineName, version: PipelineVersionID, pipelineURL: String,
        pipelineDigest: Digest?,
        imageURL: String?, imageDigest: Digest?, chartVersion: String, chartDigest: Digest?, isDeleted: Bool
    ) {
        self.publish = publish
        self.pipeline = pipeline
        self.version = version
        self.pipelineURL = pipelineURL
        self.pipelineDigest = pipelineDigest
        self.imageURL = imageURL
        self.imageDigest = imageDigest
        self.chartVersion = chartVersion
        self.chartDigest = chartDigest
        self.isDeleted = isDeleted
    }
}

/// How many bytes of model files a workspace may hold, and holds. A file counts once, however many versions are of it.
package struct WorkspaceQuota: Sendable, Hashable {
    /// What an administrator set; 0 is any number, `nil` when the instance's default counts.
    package let own: Int64?
    package let usedBytes: Int64

    package init(own: Int64?, usedBytes: Int64) {
        self.own = own
        self.usedBytes = usedBytes
    }
}

/// What an upload finds in its workspace.
package struct WorkspaceRoom: Sendable, Hashable {
    package let usedBytes: Int64
    /// Whether the workspace has the file already.
    package let holdsFile: Bool

    package init(usedBytes: Int64, holdsFile: Bool) {
        self.usedBytes = usedBytes
        self.holdsFile = holdsFile
    }
}

/// A model by workspace and name: where its versions are in the registry.
package struct ModelPlace: Sendable, Hashable {
    package let workspace: WorkspaceID
    package let name: ModelName

    package init(workspace: WorkspaceID, name: ModelName) {
        self.workspace = workspace
        self.name = name
    }
}

/// What the registry should have of a model version.
package struct RecordedVersion: Sendable, Hashable {
    package let id: ModelVersionID
    package let file: Digest
    package let converted: Digest?
    package let manifest: Digest
    package let convertedManifest: Digest?
    /// Whether a conversion may add something.
    package let isConverting: Bool

    package init(
        id: ModelVersionID, file: Digest, converted: Digest?, manifest: Digest, convertedManifest: Digest?,
        isConverting: Bool
    ) {
        self.id = id
        self.file = file
        self.converted = converted
        self.manifest = manifest
        self.convertedManifest = convertedManifest
        self.isConverting = isConverting
    }
}
