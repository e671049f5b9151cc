import Domain
import FoundationEssentials
import Logging
import Persistence
import Registry
import ServiceLifecycle

/// Does publish jobs: leases one, pushes, and ends publish and job in one transaction. A worker that dies loses its
/// lease; whoever takes the job next repeats the steps, each of which is content-addressed.
package struct PublishWorker: Service {
    let database: Database
    let publisher: Publisher
    let engineImage: EngineImage
    let time: any TimeSource
    let random: any RandomSource
    let clock: any Clock<Duration>
    let logger: Logger
    let wakeUp: WakeUp

    /// How long a lease lasts without being renewed; every progress report renews it.
    static let leaseSeconds: TimeInterval = 60
    /// The total deadline of a publish, below the 600 s after which the SDK gives up (PUB-07).
    static let deadlineSeconds: TimeInterval = 540
    private static let pollInterval = Duration.seconds(2)

    private var system: SystemDatabase { database.system(because: "publish jobs of all workspaces") }

    /// Works until shutdown; a job in hand is finished first.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let didWork = await Task { await self.workOnce() }.value
                if !didWork { await wakeUp.wait(atMost: Self.pollInterval, clock: clock) }
            }
        }
    }

    /// Takes one job and does it.
    /// - Returns: whether there was one.
    func workOnce() async -> Bool {
        let lease = random.uuid()
        do {
            let now = time.now()
            guard let job = try await system.run(.leaseJob(lease: lease, at: now, until: now + Self.leaseSeconds))
            else {
                return false
            }
            try await work(job, lease: lease)
            return true
        } catch {
            logger.warning("publish worker", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func work(_ job: Job, lease: UUID) async throws {
        do {
            let artifact = try await artifact(for: job.publishID)
            let receipt = try await withLease(job, lease) {
                try await publisher.push(artifact, engineImage: engineImage) { progress in
                    await report(progress, of: artifact, job, lease)
                }
            }
            try await complete(job, lease, artifact, receipt)
        } catch {
            try await giveBack(job, lease, error)
        }
    }

    /// Renews the lease while the push runs: one large blob may take longer than a lease.
    private func withLease<R: Sendable>(_ job: Job, _ lease: UUID, _ body: @escaping @Sendable () async throws -> R)
        async throws -> R
    {
        try await withThrowingTaskGroup(of: R?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                while true {
                    try await clock.sleep(for: .seconds(Self.leaseSeconds / 3))
                    let until = time.now() + Self.leaseSeconds
                    guard try await system.run(.renewJob(job.id, lease: lease, until: until)) == 1 else { return nil }
                }
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let result = first else { throw CancellationError() }
            return result
        }
    }

    private func artifact(for id: PublishID) async throws -> PipelineArtifact {
        guard let publish = try await system.run(.publish(id)),
            let version = try await system.run(.pipelineVersion(publish.pipelineVersionID))
        else { throw Refusal.notFound(.publish) }
        let references = version.steps.map(\.models)
        let models = try await system.run(
            .modelVersions(references.flatMap { $0.map(\.version) }, in: version.workspaceID))
        let byID = Dictionary(models.map { ($0.id, PublishedModel($0)) }, uniquingKeysWith: { first, _ in first })
        let steps = try references.map { step in
            PipelineDefinition.Step.modelInference(
                try step.map { reference throws(Refusal) in
                    guard let model = byID[reference.version] else { throw .notFound(.modelVersion) }
                    return model
                })
        }
        return try PipelineArtifact(
            PipelineDefinition(name: version.pipelineName, version: version.id, steps: steps),
            engine: publish.engineConfig)
    }

    private func report(_ progress: PublishProgress, of artifact: PipelineArtifact, _ job: Job, _ lease: UUID) async {
        let values = Publish.Progress(progress, total: artifact.totalBytes)
        _ = try? await system.run(.updatePublishProgress(job.publishID, values, lease: lease, at: time.now()))
    }

    private func complete(_ job: Job, _ lease: UUID, _ artifact: PipelineArtifact, _ receipt: PublishReceipt)
        async throws
    {
        let now = time.now()
        let names = ArtifactNames(
            root: publisher.root, pipeline: artifact.definition.name, version: receipt.tag.description)
        let progress = Publish.Progress(
            phase: "done", percent: 100, bytesTotal: artifact.totalBytes, bytesDone: artifact.totalBytes,
            bytesSent: receipt.blobBytesSent)
        try await system.write { tx in
            guard try tx.run(.finishJob(job.id, lease: lease, failed: false, error: nil, at: now)) == 1 else { return }
            _ = try tx.run(
                .completePublish(
                    job.publishID, pipelineURL: names.pipelineURL, pipelineDigest: receipt.digest,
                    chartVersion: receipt.chartVersion, chartDigest: receipt.chartDigest, progress: progress, at: now))
        }
        logger.info(
            "published", metadata: ["publish.id": "\(job.publishID)", "bytes_sent": "\(receipt.blobBytesSent)"])
    }

    /// Transient trouble is tried again until the deadline; the rest, and the deadline, end the publish as `Error`.
    private func giveBack(_ job: Job, _ lease: UUID, _ error: any Error) async throws {
        let now = time.now()
        let text = Self.explanation(error)
        let isTransient =
            (error as? RegistryError)?.isTransient ?? (error is CancellationError || error is DatabaseError)
        let retryAt = now + min(30, pow2(job.attempts))
        if isTransient, retryAt < job.createdAt + Self.deadlineSeconds {
            _ = try await system.run(.retryJob(job.id, lease: lease, error: text, runAt: retryAt))
            return
        }
        logger.error(
            "publish failed", metadata: ["publish.id": "\(job.publishID)", "error": "\(String(reflecting: error))"])
        try await system.write { tx in
            guard try tx.run(.finishJob(job.id, lease: lease, failed: true, error: text, at: now)) == 1 else { return }
            _ = try tx.run(.failPublish(job.publishID, error: text, at: now))
        }
    }

    private func pow2(_ attempts: Int64) -> TimeInterval { TimeInterval(1 << min(attempts, 10)) }

    /// What a user may read: the registry's own words, never an inner error's.
    private static func explanation(_ error: any Error) -> String {
        switch error {
        case let error as RegistryError: error.debugDescription
        case let refusal as Refusal: refusal.detail
        default: "an internal error; the server's log has the cause"
        }
    }
}

extension PublishedModel {
    init(_ version: ModelVersion) {
        self.init(
            name: version.modelName, version: version.id, workspace: version.workspaceID, digest: version.sha256,
            sizeBytes: version.sizeBytes, runtime: version.runtime, architecture: version.arch,
            fileName: version.fileName)
    }
}

extension Publisher {
    /// The root of every artifact's name.
    fileprivate var root: String { client.settings.root }
}

extension PipelineArtifact {
    /// Bytes of all layers.
    fileprivate var totalBytes: Int64 { layers.reduce(0) { $0 + $1.size } }
}

extension Publish.Progress {
    fileprivate init(_ progress: PublishProgress, total: Int64) {
        self.init(
            phase: progress.phase.rawValue, percent: progress.percent, bytesTotal: total,
            bytesDone: progress.bytesSent + progress.bytesMounted, bytesSent: progress.bytesSent)
    }
}
