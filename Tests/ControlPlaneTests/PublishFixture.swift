import Auth
import Domain
import Foundation
import Logging
import Persistence
import Registry
import TestSupport
import Testing

@testable import ControlPlane

/// A publish worker on the test's own database and a registry, with a clock that the test moves.
struct PublishFixture: Sendable {
    let worker: PublishWorker
    let clock: ManualClock
    let user: UserID
    let workspace: WorkspaceID
    private let model: ModelVersion

    var system: SystemDatabase { worker.system }
    var now: Date { clock.time.now() }

    /// - Parameter host: of the registry; the test registry, which then has the model's file, if none is given.
    static func with(_ host: String? = nil, _ body: (PublishFixture) async throws -> Void) async throws {
        try await TestRegistry.withClient(settings(host), clock: RecordingClock()) { client in
            try await body(try await make(client, hasFile: host == nil))
        }
    }

    /// The same, with another registry.
    func moved(to host: String, _ body: (PublishFixture) async throws -> Void) async throws {
        try await TestRegistry.withClient(Self.settings(host), clock: RecordingClock()) { client in
            try await body(
                PublishFixture(
                    worker: Self.worker(client, clock), clock: clock, user: user, workspace: workspace, model: model))
        }
    }

    /// A registry that is silent stays so for longer than any test: nothing but the worker ends a push.
    private static func settings(_ host: String?) throws -> RegistrySettings {
        var settings = try TestRegistry.settings(host: host)
        settings.timeouts.request = .seconds(600)
        return settings
    }

    /// One for all workers: whichever comes first makes the signing key.
    static func sealing() throws -> SealingKeyring {
        try SealingKeyring(text: Secret(String(repeating: "5a", count: 32)))
    }

    private static func worker(_ client: RegistryClient, _ clock: ManualClock) throws -> PublishWorker {
        PublishWorker(
            database: TestDatabase.current,
            registryAccess: RegistryAccess(
                instance: client, database: TestDatabase.current, sealing: try sealing()),
            signing: PublishSigning(
                database: TestDatabase.current,
                keys: InstanceKeys(
                    database: TestDatabase.current, sealing: try sealing(), time: clock.time, random: SystemRandom()),
                publicURL: "https://drover.example.com", time: clock.time),
            engineImage: try EngineImage(reference: "registry.example.org/engine:1"), time: clock.time,
            random: SystemRandom(), clock: clock, logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() },
            wakeUp: WakeUp())
    }

    private static func make(_ client: RegistryClient, hasFile: Bool) async throws -> PublishFixture {
        let (clock, random, bytes) = (ManualClock(), SystemRandom(), Array("a model".utf8))
        let (user, version): (UserID, ModelVersionID) = (random.id(), random.id())
        let (worker, at) = (try worker(client, clock), clock.time.now())
        let workspace = try await worker.system.write { tx in
            _ = try tx.run(
                .insertUser(
                    user, email: Email(unchecked: "\(user)@example.com"), name: "x", passwordHash: nil, isAdmin: false,
                    at: at))
            let workspace = try tx.run(.createWorkspace(name: WorkspaceName(unchecked: "lab"), for: user, at: at))
            let model = try tx.run(.ensureModel(ModelName(unchecked: "house"), in: workspace, by: user, at: at))
            _ = try tx.run(
                .insertModelVersion(
                    version, model: model, named: ModelName(unchecked: "house"), in: workspace, fileName: "m.onnx",
                    sha256: Digest(hashing: bytes),
                    sizeBytes: Int64(bytes.count), framework: .onnx, runtime: .onnx, arch: .x86, status: .ready,
                    inspection: try JSONText(encoding: ModelInspection()), manifestDigest: Digest(hashing: [2]),
                    by: user, at: at))
            return workspace
        }
        let model = try #require(try await worker.system.run(.modelVersions([version], in: workspace)).first)
        if hasFile {
            let repository = client.settings.modelRepository(workspace: workspace, model: model.modelName)
            _ = try await client.putBlob(repository, bytes)
        }
        return PublishFixture(worker: worker, clock: clock, user: user, workspace: workspace, model: model)
    }

    /// A pipeline's first version.
    func pipeline(_ name: String) async throws -> PipelineVersion {
        let (id, model, user, workspace, now): (PipelineVersionID, _, _, _, _) =
            (SystemRandom().id(), model, user, workspace, now)
        return try await system.write { tx in
            let pipeline = try tx.run(.insertPipeline(PipelineName(unchecked: name), in: workspace, by: user, at: now))
            let steps = [PipelineStep.modelInference([.init(name: model.modelName, version: model.id, sha: "00")])]
            let number = try tx.run(
                .insertPipelineVersion(
                    id, pipeline: pipeline, in: workspace, steps: try JSONText(encoding: steps), by: user, at: now))
            _ = try tx.run(.insertPipelineVersionModels(number, models: [model.id], in: workspace))
            return try #require(try tx.run(.pipelineVersion(id)))
        }
    }

    /// Asks for a publish as the API does, without a signal.
    func ask(
        for version: PipelineVersion, engine: EngineConfig = EngineConfig(), replacing replaced: [PublishID] = []
    ) async throws -> PublishID {
        let names = ArtifactNames(
            root: worker.registryAccess.settings.root, pipeline: version.pipelineName,
            version: version.id.description)
        let (user, workspace, now) = (user, workspace, now)
        return try await system.write { tx in
            let id = try tx.run(
                .insertPublish(
                    of: version, names: names, engineURL: "registry.example.org/engine:1",
                    engineConfig: try JSONText(encoding: engine), by: user, at: now))
            _ = try tx.run(.insertPublishReplacements(of: replaced, by: id, in: workspace))
            _ = try tx.run(.insertPublishJob(id, in: workspace, at: now))
            return id
        }
    }

    /// Asks for a publish of a pipeline of its own.
    func ask(replacing replaced: [PublishID] = []) async throws -> PublishID {
        try await ask(for: try await pipeline("p-\(SystemRandom().uuid().text)"), replacing: replaced)
    }

    /// Leases the job that is due.
    func lease() async throws -> Job {
        try #require(
            try await system.leaseJob(
                lease: SystemRandom().uuid(), at: now, until: now + worker.limits.leaseSeconds))
    }

    func publish(_ id: PublishID) async throws -> Publish { try #require(try await system.run(.publish(id))) }

    /// Returns the publish when it has this status.
    func until(_ status: PublishStatus, _ id: PublishID) async throws -> Publish {
        while true {
            let publish = try await publish(id)
            if publish.status == status { return publish }
            await Task.yield()
        }
    }

    /// The job's row: state, attempts, lapses, whether it is leased, seconds from now until it is due.
    func job(_ id: PublishID) async throws -> [String?] {
        let now = now.timeIntervalSince1970
        let rows = try await TestDatabase.psql(
            """
            select state, attempts, lapses, lease_id is not null, (extract(epoch from run_at) - \(now))::int from jobs
            where publish_id = \(id)
            """)
        return try #require(rows.first)
    }

    /// Changes the job's row, such as into what a past would have left.
    func change(_ id: PublishID, _ assignments: String) async throws {
        try await TestDatabase.psql("update jobs set \(assignments) where publish_id = \(id)")
    }

    /// Runs the worker, as the server does, until the body ends.
    func running(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            try await body()
            group.cancelAll()
        }
    }
}
