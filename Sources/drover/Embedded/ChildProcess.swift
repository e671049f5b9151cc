import Foundation
import Glibc
import Logging
import Synchronization

/// A program that runs beside the server and is started again when it ends by itself.
///
/// Foundation gives it a process group of its own, so that Ctrl-C reaches the server alone, which stops its children
/// last. Its pid is kept in a file: a server that was killed with -9 leaves it running, and the next start stops it first.
struct ChildProcess: Sendable {
    let name: String
    /// An absolute path and arguments; the last one is a path that no other process has in its command line.
    let command: [String]
    let environment: [String: String]
    let logFile: String
    let pidFile: String
    /// Asks it to end; PostgreSQL's fast shutdown is SIGINT.
    let stopSignal: Int32
    let logger: Logger

    /// Runs and supervises until the task is cancelled; then stops it and waits for its end.
    func run() async throws {
        var pause = Duration.milliseconds(100)
        while !Task.isCancelled {
            let started = ContinuousClock.now
            let status = try await runOnce()
            if Task.isCancelled { return }
            logger.error("\(name) ended; starting it again", metadata: ["status": .stringConvertible(status)])
            pause = ContinuousClock.now - started > .seconds(60) ? .milliseconds(100) : min(pause * 2, .seconds(10))
            try? await Task.sleep(for: pause)
        }
    }

    /// Stops what an earlier server left behind.
    func stopLeftover() async {
        guard let text = try? String(contentsOfFile: pidFile, encoding: .utf8),
            let pid = pid_t(text.split(separator: "\n").first ?? ""), isOurs(pid)
        else { return }
        logger.warning("stopping the \(name) of an earlier run", metadata: ["pid": .stringConvertible(pid)])
        kill(pid, stopSignal)
        for _ in 0..<300 where isOurs(pid) { try? await Task.sleep(for: .milliseconds(100)) }
        if isOurs(pid) { kill(pid, SIGKILL) }
    }

    private func runOnce() async throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        let log = try log()
        process.standardOutput = log
        process.standardError = log
        let running = RunningProcess(name: name)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
                do {
                    try process.run()
                    running.started(process.processIdentifier, stop: stopSignal)
                    try Data("\(process.processIdentifier)\n".utf8).write(to: URL(fileURLWithPath: pidFile))
                } catch {
                    guard !process.isRunning else { return }
                    process.terminationHandler = nil
                    continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            running.stop(stopSignal)
        }
    }

    private func log() throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: logFile) {
            _ = FileManager.default.createFile(atPath: logFile, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: logFile))
        try handle.seekToEnd()
        return handle
    }

    /// A pid may have been given to somebody else since.
    private func isOurs(_ pid: pid_t) -> Bool {
        guard let line = try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8) else { return false }
        return command.last.map { line.contains($0) } ?? false
    }
}

/// The pid of a child, and whether it was asked to stop before it had one.
private final class RunningProcess: Sendable {
    private struct State {
        var pid: pid_t?
        var stopped = false
    }
    private let state = Mutex(State())
    let name: String
    init(name: String) { self.name = name }

    func started(_ pid: pid_t, stop signal: Int32) {
        let isStopped = state.withLock { state in
            state.pid = pid
            return state.stopped
        }
        if isStopped { kill(pid, signal) }
    }

    func stop(_ signal: Int32) {
        let pid = state.withLock { state in
            state.stopped = true
            return state.pid
        }
        if let pid { kill(pid, signal) }
    }
}
