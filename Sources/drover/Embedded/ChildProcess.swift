import Glibc
import Logging
import Processes

/// A program that runs beside the server and is started again when it ends by itself.
struct ChildProcess: Sendable {
    let name: String
    /// An absolute path and arguments.
    let command: [String]
    let environment: [String: String]
    let logFile: String
    /// How it is asked to end; SIGKILL comes after the last of them.
    let stop: [StopStep]
    let logger: Logger
    /// How often in a row it may end (or not even start) within a minute. With pauses that double up to ten seconds,
    /// ten of them take about a minute.
    var limit = 10
    var firstPause = Duration.milliseconds(100)

    /// Runs and supervises until the task is cancelled; then stops it and waits for its end.
    /// - Throws: `CommandFailure` when it does not stay up. Whoever started it has to end then.
    func run() async throws {
        var pause = firstPause
        var failures = 0
        while !Task.isCancelled {
            let started = ContinuousClock.now
            let ending = await runOnce()
            if Task.isCancelled { return }
            if ContinuousClock.now - started > .seconds(60) {
                pause = firstPause
                failures = 0
            }
            failures += 1
            guard failures < limit else {
                throw CommandFailure("\(name) ended \(failures) times in a row (\(ending)); see \(logFile)")
            }
            logger.error("\(name) ended; starting it again", metadata: ["status": "\(ending)"])
            pause = min(pause * 2, .seconds(10))
            try? await Task.sleep(for: pause)
        }
    }

    /// How it ended, or why it could not be started: a full disk or process table may pass.
    private func runOnce() async -> String {
        do {
            let output = try OutputFile.open(logFile)
            defer { close(output) }
            let process = try RunningProcess.start(
                name, command, environment: environment, output: output, logger: logger)
            return String(await process.end(stopping: stop))
        } catch {
            return "not started: \(error)"
        }
    }
}
