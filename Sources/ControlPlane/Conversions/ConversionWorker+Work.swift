import Arrow
import Domain
import FoundationEssentials
import Logging
import ModelFormats
import Persistence
import Registry

/// How a try of a conversion ended.
enum ConversionEnding: Sendable {
    case ready
    case failed(any Error)
    case tooLong
    /// Too many leases ran out before this one.
    case tooManyLapses
    /// The lease ran out, and the conversion may be somebody else's.
    case leaseLost
    /// This server shuts down.
    case interrupted
}

extension ConversionWorker {
    /// Thrown through an attempt that must stop because the lease is lost.
    private struct LeaseLost: Error {}

    /// Does a leased conversion and writes down how it ended.
    func work(_ job: ConversionJob) async {
        await settle(job, await ending(of: job))
    }

    private func ending(of job: ConversionJob) async -> ConversionEnding {
        guard job.lapses < 2 * limits.lapses else { return .tooManyLapses }
        let left = limits.deadlineSeconds - time.now().timeIntervalSince(job.startedAt)
        guard left > 0 else { return .tooLong }
        let progress = ConversionProgress()
        let first = await withTaskGroup(of: ConversionEnding.self) { group in
            group.addTask { await attempt(job, progress) }
            group.addTask { await keepLease(of: job, progress) }
            group.addTask { (try? await clock.sleep(for: .seconds(left))) == nil ? .interrupted : .tooLong }
            defer { group.cancelAll() }
            return await group.next() ?? .interrupted
        }
        if case .ready = first { return first }
        return Task.isCancelled ? .interrupted : first
    }

    private func attempt(_ job: ConversionJob, _ progress: ConversionProgress) async -> ConversionEnding {
        do {
            guard let version = try await system.run(.modelVersion(job.version)) else {
                throw Refusal.notFound(.modelVersion)
            }
            if job.state == .pendingNative || job.state == .attemptingNative {
                switch try await attemptNative(job, version, progress) {
                case .converted(let file, let inspection):
                    try await removeManifests(of: job, version, but: file.manifestDigest)
                    var end = ConversionMove(to: .ready, "done")
                    end.percent = 100
                    end.runtime = .onnx
                    end.file = file
                    end.inspection = inspection
                    if let reason = try await finish(job, end, with: file) {
                        try await fallBack(job, version, reason)
                        break
                    }
                    return .ready
                case .incompatible(let reason):
                    logger.notice(
                        "no native form",
                        metadata: [
                            "model.version": "\(job.version)", "reason": "\(reason)",
                            "words": "\(progress.lastWords ?? "")",
                        ])
                    try await fallBack(job, version, reason)
                }
            }
            try await attemptContainer(job, version)
            return .ready
        } catch is LeaseLost {
            return .leaseLost
        } catch {
            return .failed(error)
        }
    }

    /// Records the converted file, if the workspace may hold it; else returns why not, and has it taken out again.
    private func finish(_ job: ConversionJob, _ end: ConversionMove, with file: ConvertedFile) async throws -> String? {
        let now = time.now()
        return try await system.write { [quotas] tx in
            do {
                try quotas.require(file.sizeBytes, of: file.sha256, in: job.workspaceID, tx)
            } catch let refusal as Refusal {
                guard let version = try tx.run(.modelVersion(job.version)) else { throw LeaseLost() }
                _ = try tx.run(
                    .insertModelRemoval(
                        job.version, of: version.modelName, in: job.workspaceID, at: now, runAt: now))
                return "no room for the native form: \(refusal.detail)"
            }
            guard try tx.run(.moveConversion(job, end, at: now)) == 1 else { throw LeaseLost() }
            return nil
        }
    }

    private func fallBack(_ job: ConversionJob, _ version: ModelVersion, _ reason: String) async throws {
        var next = ConversionMove(to: .pendingContainer, "container")
        next.runtime = .flight
        next.reason = reason
        try await removeManifests(of: job, version, but: nil)
        try await move(job, next)
    }

    /// Without a converter nothing is attempted, and the state goes from pending to pending (MODEL-20).
    private func attemptNative(
        _ job: ConversionJob, _ version: ModelVersion, _ progress: ConversionProgress
    ) async throws -> NativeConverter.Outcome {
        guard let native else {
            return .incompatible("this server is not set up for native conversions (conversion.python)")
        }
        guard job.lapses < limits.lapses else {
            return .incompatible("\(limits.lapses) tries ended without an answer: each time the server stopped")
        }
        progress.set("fetch", 0)
        try await move(job, ConversionMove(to: .attemptingNative, "fetch"))
        let config = try await system.run(.modelConfig(job.version))
        let registry = try await registryAccess.client(for: version.workspaceID)
        return try await native.convert(
            version, in: registry, schemas: try ConverterSchemas.json(config), progress
        ) { digest in
            guard try await system.run(.noteConversionManifest(job, digest, at: time.now())) == 1 else {
                throw LeaseLost()
            }
        }
    }

    /// Deletes what earlier tries left in the registry. What can't be deleted stays noted.
    private func removeManifests(of job: ConversionJob, _ version: ModelVersion, but kept: Digest?) async throws {
        let registry = try await registryAccess.client(for: version.workspaceID)
        let repository = registry.settings.modelRepository(workspace: version.workspaceID, model: version.modelName)
        for digest in job.manifests where digest != kept {
            guard try await system.run(.forgetConversionManifest(job, digest, at: time.now())) == 1 else {
                throw LeaseLost()
            }
            do {
                try await registry.remove(repository, digest)
            } catch {
                logger.notice(
                    "a converted file that is of no use any more can't be removed",
                    metadata: ["model.version": "\(job.version)", "error": "\(error)"])
                _ = try await system.run(.noteConversionManifest(job, digest, at: time.now()))
            }
        }
    }

    /// A container is made of the uploaded file and an image with its framework when a pipeline is deployed; here it is
    /// made sure that the file is there.
    private func attemptContainer(_ job: ConversionJob, _ version: ModelVersion) async throws {
        try await move(job, ConversionMove(to: .attemptingContainer, "container"))
        let registry = try await registryAccess.client(for: version.workspaceID)
        let repository = registry.settings.modelRepository(workspace: version.workspaceID, model: version.modelName)
        guard try await registry.blobExists(repository, version.sha256) != nil else {
            throw RegistryError(.notFound, "HEAD blob", reason: "the registry has lost the model's file")
        }
        var end = ConversionMove(to: .ready, "done")
        end.percent = 100
        end.runtime = .flight
        try await move(job, end)
    }

    /// The fence of an attempt: a worker that was asleep for longer than its lease finds out here.
    private func move(_ job: ConversionJob, _ move: ConversionMove) async throws {
        guard try await system.run(.moveConversion(job, move, at: time.now())) == 1 else { throw LeaseLost() }
    }

    /// Renews the lease, with what the attempt is at, until it is lost. While the database does not answer, the lease it
    /// granted still counts.
    private func keepLease(of job: ConversionJob, _ progress: ConversionProgress) async -> ConversionEnding {
        var until = job.leaseUntil
        while (try? await clock.sleep(for: .seconds(limits.renewalSeconds))) != nil {
            let now = time.now()
            let next = now + limits.leaseSeconds
            let (step, percent) = progress.current
            switch try? await system.run(
                .renewConversion(job, step: step, percent: percent, at: now, until: next))
            {
            case 1: until = next
            case nil where time.now() < until: continue
            default: return .leaseLost
            }
        }
        return .interrupted
    }
}

/// The schemas of a version as the converter reads them.
enum ConverterSchemas {
    private struct Document: Encodable {
        let inputs: [Field]
        let outputs: [Field]
    }
    private struct Field: Encodable {
        let name: String
        let type: String
    }

    /// - Throws: `Refusal.invalid` for a stored schema that can't be read.
    static func json(_ config: ModelConfig?) throws -> String {
        try JSONText(
            encoding: Document(
                inputs: fields(config?.inputSchema, "input_schema"),
                outputs: fields(config?.outputSchema, "output_schema"))
        ).text
    }

    private static func fields(_ message: [UInt8]?, _ name: String) throws -> [Field] {
        guard let message else { return [] }
        return try ModelSchema(message: message, field: name).schema.fields.map {
            Field(name: $0.name, type: $0.type.description)
        }
    }
}
