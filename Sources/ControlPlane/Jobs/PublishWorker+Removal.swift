import Domain
import FoundationEssentials
import Logging
import Persistence
import Registry

extension PublishWorker {
    /// Does a leased removal and writes down how it ended. What is live is read after the lease was granted: no publish
    /// of the pipeline runs until it ends.
    func remove(_ job: Job) async {
        let ending = await withTaskGroup(of: RemovalEnding.self) { group in
            group.addTask { await takeOut(job) }
            group.addTask {
                switch await keepLease(of: job) {
                case .interrupted: .interrupted
                default: .leaseLost
                }
            }
            defer { group.cancelAll() }
            return await group.next() ?? .interrupted
        }
        await settle(job, Task.isCancelled && ending != .done ? .interrupted : ending)
    }

    private func takeOut(_ job: Job) async -> RemovalEnding {
        do {
            let publisher = Publisher(try await registryAccess.client(for: job.workspace))
            for removal in try await removals(for: job) {
                try await publisher.remove(removal) {
                    let now = time.now()
                    guard try await system.renewJob(job, at: now, until: now + limits.leaseSeconds) == 1 else {
                        throw LeaseLost()
                    }
                }
            }
            return .done
        } catch is LeaseLost {
            return .leaseLost
        } catch {
            logger.warning(
                "a removal failed", metadata: ["job": "\(job.work)", "error": "\(String(reflecting: error))"])
            return .failed(Self.explanation(error), isLasting: !Self.isTransient(error))
        }
    }

    private func removals(for job: Job) async throws -> [Removal] {
        switch job.work {
        case .publish: []
        case .unpublish(let id):
            Self.removals(of: try await system.run(.publishedNames(besides: id)), registryAccess.settings)
        case .removeModel(let id, let name, let workspace):
            try await removal(of: id, name, in: workspace).map { [$0] } ?? []
        }
    }

    /// What a version has in the registry that its row does not name; all of it without a row.
    /// - Throws: `Refusal` with code `model_version_in_use` while a conversion may add something.
    private func removal(
        of id: ModelVersionID, _ name: ModelName, in workspace: WorkspaceID
    ) async throws -> Removal? {
        var removal = Removal(
            registryAccess.settings.modelRepository(workspace: workspace, model: name), prefix: id.description)
        guard let version = try await system.run(.modelVersion(id)) else { return removal }
        guard try await system.run(.conversion(of: id))?.state.isEnd ?? true else {
            throw Refusal.conflict(.modelVersionInUse, "its conversion has not ended")
        }
        removal.keptTags = Set([Registry.Tag(id.description)].compactMap(\.self))
        removal.keptDigests = Set([version.manifestDigest, version.converted?.manifestDigest].compactMap(\.self))
        return removal
    }

    /// What is to go of a pipeline version: everything that none of its live publishes names.
    static func removals(of all: [PublishedNames], _ settings: RegistrySettings) -> [Removal] {
        guard let any = all.first else { return [] }
        let live = all.filter { !$0.isDeleted }
        var artifact = Removal(
            settings.pipelineRepository(any.pipeline), prefix: any.version.description)
        artifact.digests = Set(all.flatMap { [$0.pipelineDigest, $0.imageDigest] }.compactMap(\.self))
        artifact.keptTags = Set(live.flatMap { [$0.pipelineURL, $0.imageURL] }.compactMap(\.self).compactMap(tag))
        artifact.keptDigests = Set(live.flatMap { [$0.pipelineDigest, $0.imageDigest] }.compactMap(\.self))
        var chart = Removal(settings.chartRepository(any.pipeline), prefix: "0.0.1-\(any.version)")
        chart.digests = Set(all.compactMap(\.chartDigest))
        chart.keptTags = Set(live.map(\.chartVersion).compactMap { Registry.Tag($0) })
        chart.keptDigests = Set(live.compactMap(\.chartDigest))
        return [chart, artifact]
    }

    private static func tag(of url: String) -> Registry.Tag? {
        url.split(separator: ":").last.flatMap { Registry.Tag(String($0)) }
    }
}

/// How a try of a removal ended.
enum RemovalEnding: Sendable, Equatable {
    case done
    /// Not yet; the registry refuses for good, as far as it can be told, or not.
    case failed(String, isLasting: Bool)
    case leaseLost
    case interrupted
}
