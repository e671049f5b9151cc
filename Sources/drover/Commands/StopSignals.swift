import ArgumentParser
import Glibc
import Logging
import Synchronization
import UnixSignals

/// SIGTERM, SIGINT and SIGHUP from the first instruction of `serve` to the last.
///
/// Until the server is ready one of them cancels the start, and the exit status is 128 and the signal's number. After
/// that the server has its own handling: it finishes requests in hand, and the status is 0. Signals that come while
/// it ends change nothing; every wait of the end is bounded.
final class StopSignals: Sendable {
    private struct State {
        var isReady = false
        var isEnding = false
        var early: UnixSignal?
    }
    private let state = Mutex(State())

    /// - Parameter body: gets what it has to call once the server is ready.
    /// - Throws: `ExitCode` after a signal during the start; what `body` throws.
    func run(_ body: @escaping @Sendable (StopSignals) async throws -> Void) async throws {
        let signals = await UnixSignalsSequence(trapping: [.sigterm, .sigint] + Self.hangup)
        let outcome = await withTaskGroup(of: Result<Void, any Error>?.self) { group in
            group.addTask {
                do { return .success(try await body(self)) } catch { return .failure(error) }
            }
            group.addTask {
                for await signal in signals where self.isEarly(signal) { break }
                return nil
            }
            var outcome: Result<Void, any Error>?
            while let ended = await group.next() {
                outcome = outcome ?? ended
                group.cancelAll()
            }
            return outcome
        }
        // The sequence lives until here, so that a second signal in the meantime does not end the process.
        try withExtendedLifetime(signals) {
            if let early = state.withLock({ $0.early }) { throw ExitCode(128 + early.rawValue) }
            try outcome?.get()
        }
    }

    /// From now on signals are the server's.
    func ready() { state.withLock { $0.isReady = true } }

    private func isEarly(_ signal: UnixSignal) -> Bool {
        let (isReady, isFirst) = state.withLock { state in
            if !state.isReady { state.early = signal }
            defer { state.isEnding = true }
            return (state.isReady, !state.isEnding)
        }
        if isFirst { limitEnd(signal) }
        // The server itself knows SIGTERM and SIGINT only.
        if isReady, signal == .sighup { kill(getpid(), SIGTERM) }
        return !isReady
    }

    /// A connection to a PostgreSQL that stands still can't be ended in order; what is left running then, the next start
    /// stops. A task of its own, because nobody may be waiting for it.
    private func limitEnd(_ signal: UnixSignal) {
        Task {
            try await Task.sleep(for: Self.limit)
            Glibc._exit(128 + signal.rawValue)
        }
    }

    /// Requests in hand have 20 s, PostgreSQL 35, the registry 10.
    private static let limit = Duration.seconds(90)

    /// A terminal that closes ends the server in order, unless somebody said `nohup`.
    private static var hangup: [UnixSignal] {
        var action = sigaction()
        guard unsafe sigaction(SIGHUP, nil, &action) == 0 else { return [] }
        let isIgnored = unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
        return isIgnored ? [] : [.sighup]
    }
}
