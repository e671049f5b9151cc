import Auth
import Domain
import FoundationEssentials
import Persistence
import Registry

/// How a try of a publish ended.
enum PublishEnding: Sendable {
    case published(PublishID, PipelineArtifact, PublishReceipt)
    case failed(any Error)
    /// The deadline passed.
    case tooLong
    /// Too many leases ran out before this one.
    case tooManyLapses
    /// The lease ran out, and the job may be somebody else's.
    case leaseLost
    /// This server shuts down.
    case interrupted
}

extension PublishWorker {
    /// Thrown through a push that must stop because the lease is lost.
    struct LeaseLost: Error {}

    /// Does a leased job and writes down how it ended.
    func work(_ job: Job) async {
        switch job.work {
        case .publish(let id): await settle(job, await ending(of: job, id))
        case .unpublish, .removeModel: await remove(job)
        }
    }

    /// Pushes while the lease lives and the deadline has not come; both end a push that is under way.
    private func ending(of job: Job, _ id: PublishID) async -> PublishEnding {
        guard job.lapses < limits.lapses else { return .tooManyLapses }
        let left = limits.deadlineSeconds - time.now().timeIntervalSince(job.startedAt)
        guard left > 0 else { return .tooLong }
        let first = await withTaskGroup(of: PublishEnding.self) { group in
            group.addTask { await push(job, id) }
            group.addTask { await keepLease(of: job) }
            group.addTask { (try? await clock.sleep(for: .seconds(left))) == nil ? .interrupted : .tooLong }
            defer { group.cancelAll() }
            return await group.next() ?? .interrupted
        }
        if case .published = first { return first }
        return Task.isCancelled ? .interrupted : first
    }

    private func push(_ job: Job, _ id: PublishID) async -> PublishEnding {
        do {
            let (publish, artifact) = try await artifact(for: id)
            let key = TryKey(signing)
            let publisher = Publisher(try await registryAccess.client(for: publish.workspaceID))
            let receipt = try await publisher.push(
                artifact, engineImage: engineImage, withImage: publish.image != nil,
                progress: { try await report($0, of: artifact, job) },
                sign: { try await signing.signatures(of: $0, for: publish, by: try await key.get()) })
            return .published(id, artifact, receipt)
        } catch is LeaseLost {
            return .leaseLost
        } catch {
            return .failed(error)
        }
    }

    /// Renews the lease until it is lost. While the database does not answer, the lease it granted still counts.
    func keepLease(of job: Job) async -> PublishEnding {
        var until = job.leaseUntil
        while (try? await clock.sleep(for: .seconds(limits.renewalSeconds))) != nil {
            let now = time.now()
            let next = now + limits.leaseSeconds
            switch try? await system.renewJob(job, at: now, until: next) {
            case 1: until = next
            case nil where time.now() < until: continue
            default: return .leaseLost
            }
        }
        return .interrupted
    }

    /// Before each step of a push. It is a fence, too: a worker that was asleep for longer than its lease finds out here
    /// before it touches a tag.
    private func report(_ progress: PublishProgress, of artifact: PipelineArtifact, _ job: Job) async throws {
        let values = Publish.Progress(progress, total: artifact.totalBytes)
        guard try await system.run(.updatePublishProgress(job, values, at: time.now())) == 1 else { throw LeaseLost() }
    }

    private func artifact(for id: PublishID) async throws -> (Publish, PipelineArtifact) {
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
        let artifact = try PipelineArtifact(
            PipelineDefinition(name: version.pipelineName, version: version.id, steps: steps),
            engine: publish.engineConfig)
        return (publish, artifact)
    }
}

/// The key of one try, taken when the first artifact is signed: a large push may last, and keys get retired meanwhile.
private actor TryKey {
    private let signing: PublishSigning
    private var key: ArtifactSigningKey?

    init(_ signing: PublishSigning) { self.signing = signing }

    func get() async throws -> ArtifactSigningKey {
        if let key { return key }
        let taken = try await signing.key()
        key = taken
        return taken
    }
}

extension PublishedModel {
    init(_ version: ModelVersion) {
        self.init(
            name: version.modelName, version: version.id, workspace: version.workspaceID,
            digest: version.converted?.sha256 ?? version.sha256,
            sizeBytes: version.converted?.sizeBytes ?? version.sizeBytes, runtime: version.runtime,
            architecture: version.arch, fileName: version.servedFileName)
    }
}

extension PipelineArtifact {
    /// Bytes of all layers.
    var totalBytes: Int64 { layers.reduce(0) { $0 + $1.size } }
}

extension Publish.Progress {
    fileprivate init(_ progress: PublishProgress, total: Int64) {
        self.init(
            phase: progress.phase.rawValue, percent: progress.percent, bytesTotal: total,
            bytesDone: progress.bytesSent + progress.bytesMounted, bytesSent: progress.bytesSent)
    }
}
