import Foundation
import Glibc
import Logging
import Testing

@testable import drover

/// A directory of the test's own.
private final class Scratch: Sendable {
    let path: String
    init() throws {
        path = NSTemporaryDirectory() + "/drover-child-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

private func child(_ directory: String, _ script: String, patience: Duration = .seconds(60)) -> ChildProcess {
    var child = ChildProcess(
        name: "child", command: ["/bin/sh", "-c", script], environment: ["PATH": "/usr/bin:/bin"],
        logFile: "\(directory)/log", stop: [StopStep(signal: SIGTERM, patience: patience)], logger: quiet)
    child.limit = 3
    child.firstPause = .milliseconds(1)
    return child
}

/// The child's output, once it says `text`.
private func output(_ directory: String, _ text: String) async throws -> String {
    let end = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < end {
        if let log = try? String(contentsOfFile: "\(directory)/log", encoding: .utf8), log.contains(text) { return log }
        await Task.yield()
    }
    throw CommandFailure("never said \(text)")
}

struct ChildProcessTests {
    @Test func `a child that ends again and again ends its supervisor with a message`() async throws {
        let scratch = try Scratch()
        let error = await #expect(throws: CommandFailure.self) {
            try await child(scratch.path, "echo started; exit 7").run()
        }
        #expect(error?.description == "child ended 3 times in a row (7); see \(scratch.path)/log")
        #expect(try String(contentsOfFile: "\(scratch.path)/log", encoding: .utf8) == "started\nstarted\nstarted\n")
    }

    @Test func `a child that can't be started is tried again, and then reported`() async throws {
        let scratch = try Scratch()
        let error = await #expect(throws: CommandFailure.self) {
            try await child("\(scratch.path)/missing", "exit 0").run()
        }
        #expect(error?.description.contains("child ended 3 times in a row (not started: ") == true)
    }

    @Test func `a child that ignores its stop signal is killed with what it started`() async throws {
        let scratch = try Scratch()
        let path = scratch.path
        let script = "trap '' TERM; sleep 1000 & echo pid $! $$; wait; while :; do wait; done"
        let supervisor = Task { try await child(path, script, patience: .milliseconds(50)).run() }
        let words = try await output(path, "\n").split(whereSeparator: \.isWhitespace)
        supervisor.cancel()
        try await supervisor.value
        for pid in words.dropFirst().compactMap({ pid_t($0) }) {
            let end = ContinuousClock.now + .seconds(30)
            // A zombie is nobody's process any more.
            while ContinuousClock.now < end, ProcessTable.processes(of: [geteuid()]).contains(where: { $0.pid == pid })
            {
                await Task.yield()
            }
            #expect(!ProcessTable.processes(of: [geteuid()]).contains { $0.pid == pid })
        }
        #expect(words.count == 3)
    }

    @Test func `a child that obeys is not waited for longer than it takes`() async throws {
        let scratch = try Scratch()
        let path = scratch.path
        let supervisor = Task {
            try await child(path, "trap 'echo bye; exit' TERM; echo up; while :; do sleep 0.01; done").run()
        }
        _ = try await output(path, "up")
        supervisor.cancel()
        try await supervisor.value
        #expect(try String(contentsOfFile: "\(path)/log", encoding: .utf8) == "up\nbye\n")
    }

    @Test func `the process table knows a process by two neighbours of its command line`() async throws {
        let scratch = try Scratch()
        let path = scratch.path
        let supervisor = Task { try await child(path, "echo up; exec sleep 1000 ").run() }
        _ = try await output(path, "up")
        let mine = ProcessTable.processes(of: [geteuid()])
        #expect(!mine.contains { $0.pid == getpid() })
        #expect(!mine.contains { $0.has("-D", path) })
        supervisor.cancel()
        try await supervisor.value
    }
}
