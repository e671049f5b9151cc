import Domain
import FoundationEssentials
import Logging
import Persistence
import Registry

extension PublishWorker {
    /// Writes down how a try ended, if the lease is still live. What can't be written ends with the lease: somebody
    /// takes the job up again.
    func settle(_ job: Job, _ ending: PublishEnding) async {
        do {
            let changed =
                switch ending {
                case .published(let id, let artifact, let receipt):
                    try await complete(job, id, artifact, receipt)
                case .failed(let error): try await retryOrFail(job, error)
                case .tooLong: try await fail(job, tooLong(after: job.lastError))
                case .tooManyLapses: try await fail(job, tooManyLapses)
                case .leaseLost: 0
                case .interrupted: try await insist { .releaseJob(job, at: $0) }
                }
            if changed == 0 {
                logger.warning("the lease of a publish was lost", metadata: ["job": "\(job.work)"])
            }
        } catch {
            logger.warning(
                "the end of a publish job can't be written",
                metadata: ["job": "\(job.work)", "error": "\(error)"])
        }
    }

    /// Writes down how a try of a removal ended. It is tried for ever: nobody asks for it a second time.
    func settle(_ job: Job, _ ending: RemovalEnding) async {
        do {
            let changed =
                switch ending {
                case .done: try await insist { .completeRemoval(job, at: $0) }
                case .failed(let text, let isLasting): try await retry(job, text, isLasting: isLasting)
                case .leaseLost: 0
                case .interrupted: try await insist { .releaseJob(job, at: $0) }
                }
            if changed == 0 { logger.warning("the lease of a removal was lost", metadata: ["job": "\(job.work)"]) }
        } catch {
            logger.warning(
                "the end of a removal can't be written", metadata: ["job": "\(job.work)", "error": "\(error)"])
        }
    }

    private func retry(_ job: Job, _ text: String, isLasting: Bool) async throws -> Int {
        let longest = isLasting ? limits.longestRemovalPauseSeconds : limits.longestPauseSeconds
        let pause = min(longest, TimeInterval(1 << min(job.attempts, 20)))
        return try await insist { .retryJob(job, error: text, at: $0, runAt: $0 + pause) }
    }

    private func complete(
        _ job: Job, _ id: PublishID, _ artifact: PipelineArtifact, _ receipt: PublishReceipt
    ) async throws -> Int {
        let names = ArtifactNames(
            root: registryAccess.settings.root, pipeline: artifact.definition.name, version: receipt.tag.description)
        let progress = Publish.Progress(
            phase: "done", percent: 100, bytesTotal: artifact.totalBytes, bytesDone: artifact.totalBytes,
            bytesSent: receipt.blobBytesSent)
        let changed = try await insisting {
            let completion = Query<Int>.completePublish(
                job, pipelineURL: names.pipelineURL, pipelineDigest: receipt.digest,
                chartVersion: receipt.chartVersion, chartDigest: receipt.chartDigest,
                image: receipt.image.map { .init(url: names.imageURL, digest: $0.digest) }, progress: progress, at: $0)
            return try await PublishReplacement.complete(id, completion, system)
        }
        if changed == 1 {
            logger.info(
                "published", metadata: ["job": "\(job.work)", "bytes_sent": "\(receipt.blobBytesSent)"])
        }
        return changed
    }

    /// Transient trouble is tried again until the deadline; the rest, and the deadline, end the publish as `Error`.
    private func retryOrFail(_ job: Job, _ error: any Error) async throws -> Int {
        logger.warning(
            "a try to publish failed",
            metadata: ["job": "\(job.work)", "error": "\(String(reflecting: error))"])
        let text = Self.explanation(error)
        guard Self.isTransient(error) else { return try await fail(job, text) }
        let runAt = time.now() + pause(after: error, attempts: job.attempts)
        guard runAt < job.startedAt + limits.deadlineSeconds else { return try await fail(job, tooLong(after: text)) }
        return try await insist { .retryJob(job, error: text, at: $0, runAt: runAt) }
    }

    /// Seconds: doubled with each try, and no less than what the registry asked for.
    private func pause(after error: any Error, attempts: Int64) -> TimeInterval {
        let ours = min(limits.longestPauseSeconds, TimeInterval(1 << min(attempts, 10)))
        let theirs = (error as? RegistryError)?.retryAfter.map { $0 / .seconds(1) } ?? 0
        return max(ours, min(theirs, limits.longestRetryAfterSeconds))
    }

    private func fail(_ job: Job, _ text: String) async throws -> Int {
        logger.error("publish failed", metadata: ["job": "\(job.work)", "error": "\(text)"])
        return try await insist { .failPublish(job, error: text, at: $0) }
    }

    /// Runs a statement again while the database is away. It may have taken effect the first time; the lease is then
    /// gone, and the second time changes nothing.
    private func insist(_ query: @escaping @Sendable (Date) -> Query<Int>) async throws -> Int {
        try await insisting { try await system.run(query($0)) }
    }

    private func insisting(_ write: @escaping @Sendable (Date) async throws -> Int) async throws -> Int {
        try await shielded {
            while true {
                do {
                    return try await write(time.now())
                } catch {
                    guard let known = error as? DatabaseError, Self.mayPass.contains(known.code) else { throw error }
                    try await clock.sleep(for: limits.settlePause)
                }
            }
        }
    }

    /// Errors of the database that the same statement may not meet again.
    private static let mayPass: Set<DatabaseError.Code> = [
        .unavailable, .saturated, .serialization, .timeout, .cancelled,
    ]

    static func isTransient(_ error: any Error) -> Bool {
        switch error {
        case let error as RegistryError: error.isTransient
        default: error is DatabaseError || error is CancellationError
        }
    }

    private var tooManyLapses: String {
        "\(limits.lapses) tries ended without an answer: each time the server stopped, or lost its database"
    }

    private func tooLong(after cause: String?) -> String {
        let text = "the publish took longer than \(Int(limits.deadlineSeconds)) seconds"
        return cause.map { "\(text); the last error was: \($0)" } ?? text
    }

    /// What a user may read: the registry's own words, never an inner error's.
    static func explanation(_ error: any Error) -> String {
        switch error {
        case let error as RegistryError: error.debugDescription
        case let refusal as Refusal: refusal.detail
        default: "an internal error; the server's log has the cause"
        }
    }
}
