import Domain
import FoundationEssentials
import Logging
import Persistence
import Registry

extension ConversionWorker {
    /// Writes down how a try ended, if the lease is still live. What can't be written ends with the lease: somebody
    /// takes the conversion up again.
    func settle(_ job: ConversionJob, _ ending: ConversionEnding) async {
        do {
            let changed =
                switch ending {
                case .ready: 1
                case .failed(let error): try await retryOrFail(job, error)
                case .tooLong: try await giveUp(job, tooLong)
                case .tooManyLapses: try await fail(job, tooManyLapses)
                case .leaseLost: 0
                case .interrupted: try await insist { .releaseConversion(job, at: $0) }
                }
            if changed == 0 {
                logger.warning("the lease of a conversion was lost", metadata: ["model.version": "\(job.version)"])
            }
        } catch {
            logger.warning(
                "the end of a conversion can't be written",
                metadata: ["model.version": "\(job.version)", "error": "\(error)"])
        }
    }

    /// Transient trouble is tried again until the deadline; the rest, and the deadline, end the form that was tried.
    private func retryOrFail(_ job: ConversionJob, _ error: any Error) async throws -> Int {
        logger.warning(
            "a try to convert failed",
            metadata: ["model.version": "\(job.version)", "error": "\(String(reflecting: error))"])
        let text = Self.explanation(error)
        guard Self.isTransient(error) else { return try await giveUp(job, text) }
        let runAt = time.now() + min(limits.longestPauseSeconds, TimeInterval(1 << min(job.attempts, 10)))
        guard runAt < job.startedAt + limits.deadlineSeconds else {
            return try await giveUp(job, "\(tooLong); the last error was: \(text)")
        }
        return try await insist { .retryConversion(job, error: text, at: $0, runAt: runAt) }
    }

    /// Ends the native form, which leaves a container with a deadline of its own (MODEL-15); or the container, which
    /// leaves nothing.
    private func giveUp(_ job: ConversionJob, _ text: String) async throws -> Int {
        var next = ConversionMove(to: .pendingContainer, "container")
        next.runtime = .flight
        next.reason = text
        if try await insist({ [next] in .moveConversion(job, next, at: $0) }) == 0 {
            // Also when the answer to a change that took effect was lost.
            guard try await system.run(.conversion(of: job.version))?.state == .pendingContainer,
                job.state == .pendingNative || job.state == .attemptingNative
            else { return try await fail(job, text) }
        }
        return try await insist { .releaseConversion(job, at: $0) }
    }

    private func fail(_ job: ConversionJob, _ text: String) async throws -> Int {
        logger.error("conversion failed", metadata: ["model.version": "\(job.version)", "error": "\(text)"])
        var move = ConversionMove(to: .error, "done")
        move.error = text
        return try await insist { [move] in .moveConversion(job, move, at: $0) }
    }

    /// Runs a statement again while the database is away. It may have taken effect the first time; the lease is then
    /// gone, and the second time changes nothing.
    private func insist(_ query: @escaping @Sendable (Date) -> Query<Int>) async throws -> Int {
        try await shielded {
            while true {
                do throws(DatabaseError) {
                    return try await system.run(query(time.now()))
                } catch {
                    guard Self.mayPass.contains(error.code) else { throw error }
                    try await clock.sleep(for: limits.settlePause)
                }
            }
        }
    }

    /// Errors of the database that the same statement may not meet again.
    private static let mayPass: Set<DatabaseError.Code> = [
        .unavailable, .saturated, .serialization, .timeout, .cancelled,
    ]

    private static func isTransient(_ error: any Error) -> Bool {
        switch error {
        // Refused: while an operator, or an owner of the workspace, changes the registry's password.
        case let error as RegistryError:
            error.isTransient || [.unauthorized, .denied, .credentialsRefused].contains(error.code)
        default: error is DatabaseError || error is CancellationError
        }
    }

    private var tooLong: String { "the conversion took longer than \(Int(limits.deadlineSeconds)) seconds" }

    private var tooManyLapses: String {
        "\(2 * limits.lapses) tries ended without an answer: each time the server stopped, or lost its database"
    }

    /// What a user may read: the registry's own words, never an inner error's.
    private static func explanation(_ error: any Error) -> String {
        switch error {
        case let error as RegistryError: error.debugDescription
        case let refusal as Refusal: refusal.detail
        default: "an internal error; the server's log has the cause"
        }
    }
}
