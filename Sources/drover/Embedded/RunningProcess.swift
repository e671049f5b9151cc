import Foundation
import Glibc
import Logging
import Processes
import Synchronization

/// A signal that asks a program to end, and how long to wait for that before the next one is sent.
struct StopStep: Sendable {
    let signal: Int32
    let patience: Duration
}

/// A program that was started: how it ends, and how it is ended.
///
/// The kernel's parent-death signal (`setpriv --pdeathsig`) would end it with a server that is killed with -9, but it
/// also fires when the thread that forked ends, and threads of the pool do so at any time; `Leftovers` does that work.
final class RunningProcess: Sendable {
    private struct State {
        var status: Int32?
        var waiter: CheckedContinuation<Int32, Never>?
        var escalation: Task<Void, Never>?
    }
    private let state = Mutex(State())
    private let pid: pid_t
    private let name: String
    private let logger: Logger

    private init(pid: pid_t, name: String, logger: Logger) {
        self.pid = pid
        self.name = name
        self.logger = logger
    }

    /// - Parameters:
    ///   - command: an absolute path and arguments.
    ///   - output: a descriptor for its standard output and error; stays the caller's.
    /// - Throws: `SpawnError` when it can't be started.
    static func start(
        _ name: String, _ command: [String], environment: [String: String], output: Int32, logger: Logger
    ) throws(SpawnError) -> RunningProcess {
        let pid = try Spawn.start(command, environment: environment, output: output)
        let running = RunningProcess(pid: pid, name: name, logger: logger)
        // A thread of its own, because it does nothing but wait.
        Thread.detachNewThread {
            Spawn.waitForEnd(pid)
            running.ended()
        }
        return running
    }

    /// Waits for its end, as a shell's exit status (128 and the signal's number). When the task is cancelled, the
    /// program is asked to end, step by step, and killed in the end. What is left of its process group is killed in
    /// either case. To be called once.
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

    private func send(_ signal: Int32) {
        state.withLock { state in
            guard state.status == nil else { return }
            kill(signal == SIGKILL ? -pid : pid, signal)
        }
    }

    private func ended() {
        let (status, waiter, escalation) = state.withLock { state in
            kill(-pid, SIGKILL)
            // Under the lock: from here on the pid may be somebody else's, and nothing is sent to it any more.
            let status = Spawn.reap(pid)
            state.status = status
            defer { state.waiter = nil }
            return (status, state.waiter, state.escalation)
        }
        escalation?.cancel()
        waiter?.resume(returning: status)
    }
}
