import Foundation
import TestSupport
import Testing

@testable import Processes

/// Real bubblewrap and Debian's Python: what a hostile program gets hold of.
@Suite(.timeLimit(.minutes(4)))
struct SandboxTests {
    private static let limits = SandboxLimits(
        memoryBytes: 512 << 20, processorSeconds: 10, outputBytes: 1 << 20, scratchBytes: 8 << 20)

    private struct Ending {
        let status: Int32
        let output: String
        let lines: [String]
    }

    /// Runs a script to its end, with an input and an output that have names only for a moment.
    private func run(_ script: String, input: String = "", arguments: [String] = []) async throws -> Ending {
        let directory = FileManager.default.temporaryDirectory.path
        let name = "\(directory)/drover-sandbox-test-\(UUID().uuidString)"
        for (suffix, text) in [(".py", script), (".in", input), (".out", "")] {
            try text.write(toFile: name + suffix, atomically: false, encoding: .utf8)
        }
        defer { for suffix in [".py", ".in", ".out"] { try? FileManager.default.removeItem(atPath: name + suffix) } }
        let reading = try #require(FileHandle(forReadingAtPath: name + ".in"))
        let writing = try #require(FileHandle(forWritingAtPath: name + ".out"))
        let command = SandboxCommand(python: "/usr/bin/python3", script: name + ".py")
        #expect(command.obstacle == nil)
        let heard = Heard()
        let status = try await Sandbox.run(
            command.line(arguments, Self.limits, name: UUID().uuidString),
            input: try Descriptor.copy(of: reading.fileDescriptor),
            output: try Descriptor.copy(of: writing.fileDescriptor)
        ) { heard.append($0) }
        return Ending(
            status: status, output: try String(contentsOfFile: name + ".out", encoding: .utf8),
            lines: heard.all)
    }

    @Test func `a script has its input, its arguments, its output and its words`() async throws {
        let ending = try await run(
            "import sys; print(sys.stdin.read() + sys.argv[1]); print('a\\nb', file=sys.stderr)", input: "in ",
            arguments: ["argument"])
        #expect(ending.status == 0 && ending.output == "in argument\n" && ending.lines == ["a", "b"])
    }

    @Test func `an exit status and a signal are told apart`() async throws {
        #expect(try await run("raise SystemExit(7)").status == 7)
        #expect(try await run("import os; os.kill(os.getpid(), 11)").status == 128 + 11)
    }

    /// Each of these must end in an error of the operating system, or in a lack of memory.
    @Test(arguments: [
        "import socket; socket.create_connection(('127.0.0.1', 22))",
        "import socket; socket.socket(socket.AF_UNIX)",
        "import socket; socket.socket(40, socket.SOCK_STREAM)",
        "import os; os.fork()",
        "import subprocess; subprocess.run(['/usr/bin/true'])",
        "import os; os.posix_spawn('/usr/bin/true', ['true'], {})",
        "import os; os.memfd_create('m')",
        "open('/converter.py', 'a')",
        "open('/usr/lib/escape', 'w')",
        "open('/escape', 'w')",
        "open('/etc/passwd')",
        "open('/proc/self/environ')",
        "open('/dev/shm/escape', 'w')",
        "import os; os.listdir('/root')",
        "import os; os.listdir('/home')",
        "import os; os.write(0, b'x')",
        "import os; os.fstat(3)",
        "b = bytearray(1 << 30)",
        "a = []\nwhile True: a.append(bytearray(1 << 20))",
        "f = open('/tmp/big', 'wb')\nwhile True: f.write(bytes(1 << 20))",
        "import sys\nwhile True: sys.stdout.write('x' * 4096)",
        "import os; os.setuid(0)",
        "import os; os.chroot('/tmp')",
    ])
    func `is refused`(_ script: String) async throws {
        let body = script.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }
        let ending = try await run(
            """
            import os
            try:
            \(body.joined(separator: "\n"))
            except (OSError, MemoryError):
                os._exit(9)
            os._exit(0)
            """)
        #expect(ending.status == 9, "\(ending.lines)")
    }

    @Test func `its environment is empty but for what is fixed, and it is alone`() async throws {
        let ending = try await run("import os; print(os.environ.get('HOME'), os.getpid() < 4, len(os.environ) < 12)")
        #expect(ending.output == "/tmp True True\n")
    }

    @Test func `threads work`() async throws {
        let ending = try await run(
            "import threading; t = threading.Thread(target=lambda: print('thread')); t.start(); t.join()")
        #expect(ending.output == "thread\n")
    }

    /// Root's threads are not counted by the kernel: `SandboxCommand.weakness` says so.
    @Test(.enabled(if: getuid() != 0)) func `a thousand threads are refused`() async throws {
        let ending = try await run(
            """
            import os, threading, time
            threading.stack_size(32768)
            try:
                for _ in range(1000): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
            except (OSError, RuntimeError, MemoryError):
                os._exit(9)
            os._exit(0)
            """)
        #expect(ending.status == 9, "\(ending.lines)")
    }

    @Test func `the number of threads is limited, or the server says that it is not`() {
        let command = SandboxCommand(python: "/usr/bin/python3", script: "/nowhere")
        #expect(command.line([], Self.limits, name: "x").contains("--nproc=64"))
        #expect((command.weakness == nil) == (getuid() != 0))
    }

    @Test func `a cancelled run ends at once, with everything in it`() async throws {
        let started = Heard()
        let script = "import sys\nprint('up', file=sys.stderr, flush=True)\nwhile True: pass"
        let file = FileManager.default.temporaryDirectory.path + "/drover-sandbox-test-\(UUID().uuidString).py"
        try script.write(toFile: file, atomically: false, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let null = try #require(FileHandle(forUpdatingAtPath: "/dev/null"))
        let status = try await withThrowingTaskGroup(of: Int32?.self) { group in
            group.addTask {
                try await Sandbox.run(
                    SandboxCommand(python: "/usr/bin/python3", script: file).line([], Self.limits, name: "test"),
                    input: try Descriptor.copy(of: null.fileDescriptor),
                    output: try Descriptor.copy(of: null.fileDescriptor)
                ) { started.append($0) }
            }
            group.addTask {
                while started.all.isEmpty { await Task.yield() }
                return nil
            }
            #expect(try await group.next() == .some(nil))
            group.cancelAll()
            return try await group.next() ?? nil
        }
        let killed: Int32 = 128 + 9
        #expect(status == killed)
    }

    /// As a sandbox is for a moment after its start: a child that no signal to the group reaches holds the pipe open.
    @Test func `a process that left the group does not keep a killed run from ending, and is killed, too`() async throws
    {
        let name = UUID().uuidString
        let script = """
            import os, sys, time
            if os.fork() == 0:
                os.setsid()
                print('up', file=sys.stderr, flush=True)
            time.sleep(600)
            """
        let started = Heard()
        let null = try #require(FileHandle(forUpdatingAtPath: "/dev/null"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                _ = try await Sandbox.run(
                    ["/usr/bin/python3", "-c", script, name], input: try Descriptor.copy(of: null.fileDescriptor),
                    output: try Descriptor.copy(of: null.fileDescriptor)
                ) { started.append($0) }
            }
            while started.all.isEmpty { await Task.yield() }
            group.cancelAll()
            try await group.waitForAll()
        }
        while isRunning(name) { await Task.yield() }
    }

    /// Whether a process has a word in its command line.
    private func isRunning(_ word: String) -> Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.contains { name in
            guard Int32(name) != nil, let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else {
                return false
            }
            return String(decoding: line, as: UTF8.self).contains(word)
        }
    }

    @Test func `a program that can't be started is an error, not an exit status`() async throws {
        let null = try #require(FileHandle(forUpdatingAtPath: "/dev/null"))
        await #expect(throws: SpawnError.self) {
            _ = try await Sandbox.run(
                ["/nowhere/bwrap"], input: try Descriptor.copy(of: null.fileDescriptor),
                output: try Descriptor.copy(of: null.fileDescriptor)
            ) { _ in }
        }
    }

    @Test func `what is missing is said before anything is tried`() {
        let missing = SandboxCommand(python: "/nowhere/python", script: "/nowhere/convert.py")
        #expect(missing.obstacle == "/nowhere/python is missing")
        #expect(SandboxCommand(python: "/usr/bin/python3", script: "/nowhere").obstacle == "/nowhere is missing")
    }

    @Test func `lines are cut and completed at the end`() {
        var reader = LineReader()
        #expect(reader.take(Array("one\ntw".utf8)) == ["one"])
        #expect(reader.take(Array("o\n\nrest".utf8)) == ["two", ""])
        #expect(reader.take(Array(repeating: UInt8(ascii: "x"), count: 10_000)) == [])
        #expect(reader.take([]).map(\.utf8.count) == [LineReader.limit])
        #expect(reader.take([]) == [])
    }
}
