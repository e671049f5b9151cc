import Auth
import Domain
import Persistence
import Registry

/// Publishes: what was asked for is written together with the job that does it; the job does everything else.
package struct Publishes: Sendable {
    let database: Database
    let registryAccess: RegistryAccess
    let settings: PublishSettings
    let time: any TimeSource
    /// Wakes the worker of this replica, so that a publish does not wait for the next poll.
    let wake: @Sendable () -> Void
    /// Finding out what belongs to an export takes many requests, and memory for manifests.
    private let exports = Gate(places: 4, queueLimit: 50)

    init(
        database: Database, registryAccess: RegistryAccess, settings: PublishSettings, time: any TimeSource,
        wake: @escaping @Sendable () -> Void
    ) {
        self.database = database
        self.registryAccess = registryAccess
        self.settings = settings
        self.time = time
        self.wake = wake
    }

    /// Asks for a publish of a version, or of the newest one (PUB-03).
    /// - Parameter replaced: publishes whose edges it takes over when it becomes `Published`.
    /// - Throws: `Refusal`: notFound, `workspace_archived`, invalid for a version without steps and for publishes that
    ///   are not of the workspace, `not_published` for one that is still being made.
    func create(
        of id: PipelineID, version: PipelineVersionID?, config: EngineConfig, withImage: Bool,
        replacing replaced: [PublishID] = [], by principal: Principal
    ) async throws -> Publish {
        let now = time.now()
        let settings = settings
        let publish = try await database.change(
            as: principal, .publishCreate,
            on: { AuditSubject(.publish, $0.id, in: $0.workspaceID, detail: PublishReplacement.detail(replaced)) }
        ) { tx in
            guard let pipeline = try tx.run(.pipeline(id)) else { throw Refusal.notFound(.pipeline) }
            try Workspaces.requireOpen(pipeline.workspaceID, tx)
            let found = try version.map { try tx.run(.pipelineVersion($0)) } ?? tx.run(.latestPipelineVersion(of: id))
            guard let found, found.pipelineID == id else {
                throw Refusal.invalid("pipeline_version", "known", "a version of this pipeline")
            }
            guard !found.steps.isEmpty else {
                throw Refusal.invalid(
                    "pipeline_version", "has_steps", "a version with at least one step; this one has none")
            }
            try PublishReplacement.require(replaced, in: pipeline.workspaceID, tx)
            let names = ArtifactNames(
                root: settings.registryRoot, pipeline: pipeline.name, version: found.id.description)
            let publishID = try tx.run(
                .insertPublish(
                    of: found, names: names, engineURL: settings.engineURL,
                    engineConfig: try JSONText(encoding: config), withImage: withImage,
                    by: principal.userID, at: now))
            if !replaced.isEmpty {
                _ = try tx.run(.insertPublishReplacements(of: replaced, by: publishID, in: pipeline.workspaceID))
            }
            _ = try tx.run(.insertPublishJob(publishID, in: pipeline.workspaceID, at: now))
            guard let publish = try tx.run(.publish(publishID)) else { throw Refusal.notFound(.publish) }
            return publish
        }
        wake()
        return publish
    }

    /// - Throws: `Refusal.notFound`.
    func publish(_ id: PublishID, by principal: Principal) async throws -> Publish {
        guard let publish = try await database.run(.publish(id), as: principal) else {
            throw Refusal.notFound(.publish)
        }
        return publish
    }

    /// An OCI layout with artifact, image, chart and all signatures, for places without a network.
    /// - Throws: `Refusal`: notFound, `not_published`; `RegistryError`.
    func export(_ id: PublishID, by principal: Principal) async throws -> LayoutArchive {
        let publish = try await publish(id, by: principal)
        guard publish.status == .published else {
            throw Refusal.conflict(.notPublished, "the publish has the status \(publish.status.rawValue)")
        }
        let roots = try Self.roots(of: publish)
        let registry = try await registryAccess.client(for: publish.workspaceID)
        do {
            return try await exports.pass {
                try LayoutArchive(try await registry.layout(of: roots), from: registry)
            }
        } catch {
            if let error = error as? RegistryError, let refusal = Self.refusal(forExport: error) { throw refusal }
            throw error
        }
    }

    /// What the publish left in the registry, by the digests that it had then.
    /// - Throws: `Refusal` with code `not_published` when one was not kept.
    static func roots(of publish: Publish) throws(Refusal) -> [LayoutRoot] {
        let path = "pipelines/\(publish.pipelineName)"
        var known: [(path: String, tag: String, digest: Digest?)] = [
            (path, tag(of: publish.pipelineURL), publish.pipelineDigest)
        ]
        if let image = publish.image { known.append((path, tag(of: image.url), image.digest)) }
        known.append(("charts/\(publish.pipelineName)", publish.chartVersion, publish.chartDigest))
        var roots: [LayoutRoot] = []
        for (path, tag, digest) in known {
            guard let digest, let root = LayoutRoot(path: path, tagged: tag, digest: digest) else {
                throw Refusal.conflict(
                    .notPublished, "the names and digests of the publish are not known; publish again")
            }
            roots.append(root)
        }
        return roots
    }

    private static func tag(of url: String) -> String { url.split(separator: ":").last.map { String($0) } ?? "" }

    /// What the registry's trouble means to who exports; `nil` for what any request means by it. The general mapping is
    /// for uploads, where other bytes are the sender's fault.
    static func refusal(forExport error: RegistryError) -> Refusal? {
        switch error.code {
        case .notFound: .conflict(.notPublished, "the publish is not in the registry any more")
        case .digestMismatch, .lengthMismatch, .manifestInvalid:
            .conflict(.notPublished, "the registry holds something else than what was published")
        case .tooLarge:
            .conflict(.limitReached, "an archive takes up to 1000 signatures and referrers, and 64 MiB of them")
        case .unsupported, .protocolViolation:
            .unavailable("the OCI registry does not give out what was published", retryAfterSeconds: 60)
        default: nil
        }
    }

    /// Oldest first (PUB-11).
    /// - Throws: `Refusal.notFound`.
    func list(of id: PipelineID, after: PublishID?, limit: Int, by principal: Principal) async throws -> [Publish] {
        let (pipeline, rows) = try await database.run(
            .pipeline(id), .publishes(of: id, after: after, limit: limit), as: principal)
        guard pipeline != nil else { throw Refusal.notFound(.pipeline) }
        return rows
    }
}

/// What every publish of the instance has in common.
package struct PublishSettings: Sendable {
    /// `registry[/repository]`, as edges reach it.
    package var registryRoot: String
    /// The engine's image (PUB-09).
    package var engineURL: String

    package init(registryRoot: String, engineURL: String) {
        self.registryRoot = registryRoot
        self.engineURL = engineURL
    }
}
