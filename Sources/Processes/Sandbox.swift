import Foundation
import Glibc
import Synchronization

/// A sandboxed program that is started, watched and ended.
package enum Sandbox {
    /// Runs a program to its end; when the task is cancelled, it is killed at once, with everything it started.
    /// - Parameters:
    ///   - line: from `SandboxCommand.line`.
    ///   - input: its standard input; should not be writable.
    ///   - output: its standard output; should be a file, because nobody reads along.
    ///   - heard: is told each line of its standard error, without its end, cut after some thousand bytes; on a thread
    ///     of its own, in order, and not after the end. The program is hostile: so may be the lines.
    /// - Returns: a shell's exit status (128 and the number for a signal).
    /// - Throws: `SpawnError` when it can't be started.
    package static func run(
        _ line: [String], input: Descriptor, output: Descriptor, heard: @escaping @Sendable (String) -> Void
    ) async throws -> Int32 {
        let run = Run()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                // One thread from the start to the end: the kernel ends the program when the thread that started it
                // ends (`--die-with-parent`), and those of the pool do so at any time.
                Thread.detachNewThread {
                    continuation.resume(
                        with: Result { try run.live(line, input: input, output: output, heard: heard) })
                }
            }
        } onCancel: {
            run.kill()
        }
    }

    /// Tenths of a second that a killed program has to be gone.
    private static let patience = 20

    /// One run of one program.
    private final class Run: Sendable {
        private struct State {
            var pid: Int32?
            var isKilled = false
        }
        private let state = Mutex(State())

        func kill() {
            state.withLock { state in
                state.isKilled = true
                if let pid = state.pid { _ = Glibc.kill(-pid, SIGKILL) }
            }
        }

        /// Blocks until the program has ended.
        func live(
            _ line: [String], input: Descriptor, output: Descriptor, heard: (String) -> Void
        ) throws(SpawnError) -> Int32 {
            let (pid, errors) = try start(line, input: input, output: output)
            let isKilled = state.withLock { state in
                state.pid = pid
                return state.isKilled
            }
            if isKilled { kill() }
            listen(to: errors, of: line, heard)
            Spawn.waitForEnd(pid)
            return state.withLock { state in
                // Under the lock: from here on the pid may be somebody else's, and nothing is sent to it any more.
                state.pid = nil
                return Spawn.reap(pid)
            }
        }

        /// Reads to the end. After a kill that does not come soon when a process of the program has left the group, as
        /// one does that bubblewrap has just begun: that one is looked for, and not waited for for ever.
        private func listen(to errors: Descriptor, of line: [String], _ heard: (String) -> Void) {
            var lines = LineReader()
            var patience = Sandbox.patience
            while patience > 0 {
                guard errors.isReadable(within: 100) else {
                    guard state.withLock({ $0.isKilled }) else { continue }
                    patience -= 1
                    if patience == Sandbox.patience / 2 { Survivors.kill(line) }
                    continue
                }
                let bytes = errors.read(16 << 10)
                // What it says after its end was decided is of no use, and it may say it without end.
                if state.withLock({ $0.isKilled }) { patience -= 1 }
                lines.take(bytes).forEach(heard)
                if bytes.isEmpty { break }
            }
        }

        private func start(
            _ line: [String], input: Descriptor, output: Descriptor
        ) throws(SpawnError) -> (Int32, Descriptor) {
            let errors = try Descriptor.pipe()
            let filter = try Descriptor.pipe()
            try filter.writer.write(SystemCallFilter.program)
            let places = [input, output, errors.writer, filter.reader]
            let pid = try withExtendedLifetime(places) { () throws(SpawnError) in
                try Spawn.start(line, environment: [:], descriptors: places.map(\.number))
            }
            return (pid, errors.reader)
        }
    }
}

/// Cuts bytes into lines. Lines that are too long lose their rest.
struct LineReader {
    static let limit = 4096
    private var line: [UInt8] = []

    /// The lines that these bytes complete; no bytes are the end, which completes the last line.
    mutating func take(_ bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                lines.append(finish())
            } else if line.count < Self.limit {
                line.append(byte)
            }
        }
        if bytes.isEmpty, !line.isEmpty { lines.append(finish()) }
        return lines
    }

    private mutating func finish() -> String {
        defer { line.removeAll(keepingCapacity: true) }
        return String(decoding: line, as: UTF8.self)
    }
}
