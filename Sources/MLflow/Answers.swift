import FoundationEssentials

/// A whole number, which some servers write as a text.
struct LooseInteger: Decodable, Sendable {
    let value: Int64

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int64.self) {
            value = number
        } else if let number = Int64(try container.decode(String.self)) {
            value = number
        } else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a whole number")
        }
    }
}

extension Date {
    /// Milliseconds since 1970, kept within four-digit years.
    fileprivate init(milliseconds: LooseInteger?) {
        self.init(timeIntervalSince1970: Double(min(max(milliseconds?.value ?? 0, 0), 253_402_300_799_000)) / 1000)
    }
}

struct ModelsAnswer: Decodable, Sendable {
    let registeredModels: [ModelAnswer]?
    let nextPageToken: String?
}

struct ModelAnswer: Decodable, Sendable {
    struct Latest: Decodable, Sendable {
        let version: LooseInteger
    }
    let name: String
    let userId: String?
    let description: String?
    let creationTimestamp: LooseInteger?
    let lastUpdatedTimestamp: LooseInteger?
    let latestVersions: [Latest]?

    var model: RegisteredModel {
        RegisteredModel(
            name: name, user: userId, description: description, createdAt: Date(milliseconds: creationTimestamp),
            updatedAt: Date(milliseconds: lastUpdatedTimestamp),
            latestVersion: latestVersions?.map(\.version.value).max())
    }
}

struct VersionsAnswer: Decodable, Sendable {
    let modelVersions: [VersionAnswer]?
    let nextPageToken: String?
}

struct VersionAnswer: Decodable, Sendable {
    let name: String
    let version: LooseInteger
    let description: String?
    let currentStage: String?
    let status: String?
    let source: String?
    let runId: String?
    /// Of MLflow 3: the logged model that it is a version of.
    let modelId: String?
    let runLink: String?
    let userId: String?
    let creationTimestamp: LooseInteger?
    let lastUpdatedTimestamp: LooseInteger?

    var row: RegisteredModelVersion {
        RegisteredModelVersion(
            name: name, number: version.value, description: description, stage: currentStage, status: status,
            source: source,
            runID: runId, runLink: runLink, user: userId, createdAt: Date(milliseconds: creationTimestamp),
            updatedAt: Date(milliseconds: lastUpdatedTimestamp))
    }
}

struct DownloadAnswer: Decodable, Sendable {
    let artifactUri: String
}

struct FilesAnswer: Decodable, Sendable {
    let files: [FileAnswer]?
}

/// Of MLflow's artifact store, and of DBFS, which also says when.
struct FileAnswer: Decodable, Sendable {
    let path: String
    let isDir: Bool?
    let fileSize: LooseInteger?
    let modificationTime: LooseInteger?

    /// The last part of the path.
    var name: String { path.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? "" }
    var size: Int64? { fileSize.map { max($0.value, 0) } }
    var modifiedAt: Date? { modificationTime.map { Date(milliseconds: $0) } }
}

struct ReadAnswer: Decodable, Sendable {
    let bytesRead: LooseInteger
    let data: String?
}
