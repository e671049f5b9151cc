import Domain
import FoundationEssentials

/// A publish as the API shows it (PUB-05, EDGE-03).
struct PublishResponse: Encodable {
    struct Helm: Encodable {
        let chart: String
        let reference: String?
        let version: String
    }
    struct Progress: Encodable {
        let phase: String
        let percent: Int
        let bytesTotal: Int64
        let bytesDone: Int64
        let bytesSent: Int64
    }

    let id: PublishID
    let workspaceId: WorkspaceID
    let pipelineId: PipelineID
    let pipelineName: String
    let pipelineVersionId: PipelineVersionNumber
    let pipelineVersionName: PipelineVersionID
    let status: PublishStatus
    let engineUrl: String
    let engineConfig: JSONValue
    let pipelineUrl: String
    let pipelineDigest: Digest?
    let helm: Helm
    /// Empty without an edge (EDGE-04).
    let dockerRunVariables: [String: String]
    let userImages: [String]
    let progress: Progress
    let error: String?
    let createdBy: UserID
    let createdAt: Date
    let updatedAt: Date

    init(_ publish: Publish, dockerRunVariables: [String: String] = [:]) {
        id = publish.id
        workspaceId = publish.workspaceID
        pipelineId = publish.pipelineID
        pipelineName = publish.pipelineName.rawValue
        pipelineVersionId = publish.pipelineVersionNumber
        pipelineVersionName = publish.pipelineVersionID
        status = publish.status
        engineUrl = publish.engineURL
        engineConfig = JSONValue(publish.engineConfig)
        pipelineUrl = publish.pipelineURL
        pipelineDigest = publish.pipelineDigest
        helm = Helm(
            chart: publish.chartURL, reference: publish.chartDigest.map { "\(publish.chartURL)@\($0)" },
            version: publish.chartVersion)
        self.dockerRunVariables = dockerRunVariables
        userImages = []
        let done = publish.progress
        progress = Progress(
            phase: done.phase, percent: done.percent, bytesTotal: done.bytesTotal, bytesDone: done.bytesDone,
            bytesSent: done.bytesSent)
        error = publish.error
        createdBy = publish.createdBy
        createdAt = publish.createdAt
        updatedAt = publish.updatedAt
    }
}

extension JSONValue {
    /// The serialised form of DCFG-25, whose keys are camel case.
    init(_ config: EngineConfig) {
        self = .object([
            "engine": Self.component(config.engine),
            "engineAux": .object(["images": .object(config.engineAux.images.mapValues(Self.component))]),
            "enginelb": Self.component(config.enginelb),
        ])
    }

    private static func component(_ component: EngineConfig.Component) -> JSONValue {
        guard let bounds = component.resources else { return .object([:]) }
        return .object([
            "resources": .object(["limits": resources(bounds.limits), "requests": resources(bounds.requests)])
        ])
    }

    private static func resources(_ resources: EngineConfig.Resources) -> JSONValue {
        .object(["cpu": .number(resources.cpu), "memory": .string(resources.memory)])
    }
}
