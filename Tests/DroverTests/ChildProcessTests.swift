import Foundation
import Glibc
import Logging
import Testing

@testable import drover

private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
private let environment = ["PATH": "/usr/bin:/bin"]

/// A child for tests, which may write to the bell's descriptor 3.
private func child(_ bell: Bell, _ script: String, patience: Duration = .seconds(60)) -> ChildProcess {
    var child = ChildProcess(
        name: "child", command: bell.command(script), environment: environment, logFile: bell.log,
        stop: [StopStep(signal: SIGTERM, patience: patience)], logger: quiet)
    child.limit = 3
    child.firstPause = .milliseconds(1)
    return child
}

@Suite(.timeLimit(.minutes(4)))
struct ChildProcessTests {
    @Test func `a child that ends again and again ends its supervisor with a message`() async throws {
        let bell = try Bell()
        let error = await #expect(throws: CommandFailure.self) { try await child(bell, "echo started; exit 7").run() }
        #expect(error?.description == "child ended 3 times in a row (7); see \(bell.log)")
        #expect(try bell.logged() == "started\nstarted\nstarted\n")
    }

    @Test func `a child that can't be started is tried again, and then reported`() async throws {
        let bell = try Bell()
        let missing = ChildProcess(
            name: "child", command: ["/no/such/program"], environment: [:], logFile: bell.log, stop: [], logger: quiet,
            limit: 3, firstPause: .milliseconds(1))
        let error = await #expect(throws: CommandFailure.self) { try await missing.run() }
        #expect(
            error?.description == "child ended 3 times in a row "
                + "(not started: /no/such/program: No such file or directory); see \(bell.log)")
    }

    @Test func `a child that ignores its stop signal is killed with what it started`() async throws {
        let bell = try Bell()
        let script = "trap 'echo deaf >&3' TERM; sleep 1000 & echo up >&3; while :; do wait; done"
        let supervisor = Task { try await child(bell, script, patience: .milliseconds(200)).run() }
        #expect(try await bell.rings() == "up\n")
        supervisor.cancel()
        #expect(try await bell.rings() == "deaf\n")
        try await supervisor.value
        // Both had the descriptor.
        #expect(try await bell.rings() == nil)
    }

    @Test func `after the last stop signal comes SIGKILL`() async throws {
        let bell = try Bell()
        let process = try bell.start("trap '' TERM INT; echo up >&3; while :; do sleep 1000; done", logger: quiet)
        let steps = [SIGTERM, SIGINT].map { StopStep(signal: $0, patience: .milliseconds(20)) }
        let status = Task { await process.end(stopping: steps) }
        #expect(try await bell.rings() == "up\n")
        status.cancel()
        #expect(await status.value == 128 + SIGKILL)
    }

    @Test func `a child that obeys is not waited for longer than it takes, and nothing of it stays`() async throws {
        let bell = try Bell()
        // The patience is longer than the suite's limit.
        let script = "trap 'echo bye; exit 0' TERM; sleep 1000 & echo up >&3; wait"
        let supervisor = Task { try await child(bell, script, patience: .seconds(600)).run() }
        #expect(try await bell.rings() == "up\n")
        supervisor.cancel()
        try await supervisor.value
        #expect(try bell.logged() == "bye\n")
        #expect(try await bell.rings() == nil)
    }

    @Test func `an end is noticed although something of the child lives on in a session of its own`() async throws {
        let bell = try Bell()
        // The shell ends when the other one is in its session: before that both are one group.
        let script = """
            mkfifo "$1.up"; setsid -f sh -c 'echo $$ >&3; echo >"$0.up"; exec sleep 1000' "$1"; read line <"$1.up"; exit 7
            """
        let process = try bell.start(script, logger: quiet)
        #expect(await process.end(stopping: []) == 7)
        let survivor = try #require(try await bell.rings().flatMap { pid_t($0.dropLast()) })
        #expect(kill(survivor, SIGKILL) == 0)
        #expect(try await bell.rings() == nil)
    }

    @Test func `a task that is cancelled before it waits still ends the child`() async throws {
        let bell = try Bell()
        let process = try bell.start("exec sleep 1000", logger: quiet)
        let status = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return await process.end(stopping: [])
        }
        #expect(await status.value == 128 + SIGKILL)
    }

    @Test func `the process table knows a process by two neighbours of its command line`() async throws {
        let bell = try Bell()
        let supervisor = Task { try await child(bell, "echo up >&3; sleep 1000 & wait").run() }
        #expect(try await bell.rings() == "up\n")
        let mine = ProcessTable.processes(of: [geteuid()])
        let found = mine.filter { $0.has("sh", bell.path) }
        #expect(found.count == 1)
        #expect(found.first?.directory == "/")
        #expect(found.first?.executable.hasSuffix("sh") == true)
        #expect(!mine.contains { $0.pid == getpid() })
        #expect(!mine.contains { $0.has("-c", bell.path) || $0.has("sh", bell.path + "x") })
        #expect(!ProcessTable.processes(of: [geteuid() + 1]).contains { $0.has("sh", bell.path) })
        supervisor.cancel()
        try await supervisor.value
        #expect(!ProcessTable.processes(of: [geteuid()]).contains { $0.has("sh", bell.path) })
    }
}
