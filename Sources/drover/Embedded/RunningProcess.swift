import Foundation
import Glibc
import Logging
import Synchronization

/// A signal that asks a program to end, and how long to wait for that before the next one is sent.
struct StopStep: Sendable {
    let signal: Int32
    let patience: Duration
}

/// A program that was started: how it ends, and how it is ended.
///
/// Foundation gives it a process group of its own, so that Ctrl-C reaches the server alone, which then stops it in order.
/// The kernel's parent-death signal (`setpriv --pdeathsig`) would end it with a server that is killed with -9, but it
/// also fires when the thread that forked ends, and threads of the pool do so at any time; `Leftovers` does that work.
final class RunningProcess: Sendable {
    private struct State {
        var pid: pid_t = 0
        var status: Int32?
        var waiter: CheckedContinuation<Int32, Never>?
        var escalation: Task<Void, Never>?
    }
    private let state = Mutex(State())
    private let name: String
    private let logger: Logger

    private init(name: String, logger: Logger) {
        self.name = name
        self.logger = logger
    }

    /// - Parameters:
    ///   - command: an absolute path and arguments.
    ///   - output: a `FileHandle` or `Pipe` for its standard output and error.
    /// - Throws: Foundation's error when it can't be started.
    static func start(
        _ name: String, _ command: [String], environment: [String: String], output: Any, logger: Logger
    ) throws -> RunningProcess {
        let running = RunningProcess(name: name, logger: logger)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.environment = environment
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        process.terminationHandler = { ended in
            let isSignal = ended.terminationReason == .uncaughtSignal
            running.ended((isSignal ? 128 : 0) + ended.terminationStatus)
        }
        try process.run()
        running.state.withLock { $0.pid = process.processIdentifier }
        return running
    }

    /// Waits for its end, as a shell's exit status (128 and the signal's number). When the task is cancelled, the
    /// program is asked to end, step by step, and its whole group is killed in the end.
    func end(stopping steps: [StopStep]) async -> Int32 {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let status = state.withLock { state in
                    if state.status == nil { state.waiter = continuation }
                    return state.status
                }
                if let status { continuation.resume(returning: status) }
            }
        } onCancel: {
            // A task of its own: sleeping is not possible in a task that is cancelled.
            let escalation = Task { await self.stop(steps) }
            let isOver = state.withLock { state in
                state.escalation = escalation
                return state.status != nil
            }
            if isOver { escalation.cancel() }
        }
    }

    private func stop(_ steps: [StopStep]) async {
        for step in steps {
            send(step.signal)
            try? await Task.sleep(for: step.patience)
            if Task.isCancelled { return }
            logger.warning("\(name) does not stop", metadata: ["signal": .stringConvertible(step.signal)])
        }
        send(SIGKILL)
    }

    /// Only while it has not been waited for: after that its pid may be somebody else's.
    private func send(_ signal: Int32) {
        state.withLock { state in
            guard state.status == nil, state.pid > 0 else { return }
            kill(signal == SIGKILL ? -state.pid : state.pid, signal)
        }
    }

    private func ended(_ status: Int32) {
        let (waiter, escalation) = state.withLock { state in
            state.status = status
            defer { state.waiter = nil }
            return (state.waiter, state.escalation)
        }
        escalation?.cancel()
        waiter?.resume(returning: status)
    }
}
