package import FoundationEssentials

/// The text of a tag, unique in the instance as it is written (TAG-02).
package struct TagText: ValidName {
    package let rawValue: String
    package init(unchecked: String) { rawValue = unchecked }
    package static let rule = "tag"
    package static let ruleDetail = "1 to 100 characters without control characters"
    package static func isValid(_ text: String) -> Bool { !text.isEmpty && isSearchable(text) }

    /// Whether a search for the text could find anything: the rule of tags, but it may be empty.
    package static func isSearchable(_ text: String) -> Bool {
        text.unicodeScalars.count <= 100 && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}

/// A text to find model versions and pipelines by. Tags belong to the instance (TAG-12); what has them is only what the
/// reader may see (TAG-03).
package struct Tag: Sendable, Hashable, Identifiable {
    package let id: TagID
    package let text: TagText
    package let createdBy: UserID
    package let createdAt: Date
    /// At most `listed` versions in all.
    package let models: [TaggedModel]
    /// At most `listed`.
    package let pipelines: [TaggedPipeline]
    /// Whether nothing was left out of the two.
    package let isComplete: Bool

    /// How many model versions, and how many pipelines, a tag shows; a search by the tag finds all.
    package static let listed = 100

    package init(
        id: TagID, text: TagText, createdBy: UserID, createdAt: Date, models: [TaggedModel],
        pipelines: [TaggedPipeline], isComplete: Bool
    ) {
        self.id = id
        self.text = text
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.models = models
        self.pipelines = pipelines
        self.isComplete = isComplete
    }

    /// A model of which some versions have the tag, in the order in which they were uploaded.
    package struct TaggedModel: Sendable, Hashable, Decodable {
        package let id: ModelID
        package let workspaceID: WorkspaceID
        package let name: ModelName
        package let versions: [ModelVersionID]

        private enum CodingKeys: String, CodingKey {
            case id, name, versions
            case workspaceID = "workspace_id"
        }
    }

    /// A pipeline that has the tag.
    package struct TaggedPipeline: Sendable, Hashable, Decodable {
        package let id: PipelineID
        package let workspaceID: WorkspaceID
        package let name: PipelineName

        private enum CodingKeys: String, CodingKey {
            case id, name
            case workspaceID = "workspace_id"
        }
    }
}

/// A tag as what has it names it.
package struct TagLabel: Sendable, Hashable, Decodable {
    package let id: TagID
    package let tag: TagText
}

/// A model version as a list shows it (TAG-09).
package struct ModelVersionListing: Sendable, Hashable {
    package let version: ModelVersion
    package let tags: [TagLabel]

    package init(version: ModelVersion, tags: [TagLabel]) {
        self.version = version
        self.tags = tags
    }
}

/// A pipeline as a list shows it (TAG-06, WS-06).
package struct PipelineListing: Sendable, Hashable {
    package let pipeline: Pipeline
    package let latestVersion: PipelineVersion
    package let tags: [TagLabel]

    package init(pipeline: Pipeline, latestVersion: PipelineVersion, tags: [TagLabel]) {
        self.pipeline = pipeline
        self.latestVersion = latestVersion
        self.tags = tags
    }
}
