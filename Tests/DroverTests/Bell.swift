import Foundation
import Glibc
import Logging
import Processes

@testable import drover

/// A FIFO by which a child and everything that it starts can be heard, in a directory of the test's own. They hold its
/// other end as descriptor 3, so its end is the end of all of them.
final class Bell: Sendable {
    private let directory: String
    private let descriptor: Int32

    init() throws {
        directory = NSTemporaryDirectory() + "/drover-child-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let made = unsafe mkfifo("\(directory)/bell", 0o600)
        descriptor = unsafe open("\(directory)/bell", O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard made == 0, descriptor >= 0 else { throw CommandFailure("no FIFO in \(directory): \(SystemError.last)") }
    }

    deinit {
        close(descriptor)
        try? FileManager.default.removeItem(atPath: directory)
    }

    var path: String { "\(directory)/bell" }
    var log: String { "\(directory)/log" }
    func logged() throws -> String { try String(contentsOfFile: log, encoding: .utf8) }

    /// A shell with the script, which has the path beside its name in its command line.
    func command(_ script: String) -> [String] { ["/bin/sh", "-c", "exec 3>\"$1\"; \(script)", "sh", path] }

    /// Starts it without supervision.
    func start(_ script: String, logger: Logger) throws -> RunningProcess {
        let output = try OutputFile.open(log)
        defer { close(output) }
        return try RunningProcess.start(
            "child", command(script), environment: ["PATH": "/usr/bin:/bin"], output: output, logger: logger)
    }

    /// What was written next; `nil` once all who could write have ended. Waits for it on a thread of its own.
    /// - Throws: `CommandFailure` after 30 s.
    func rings() async throws -> String? {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try self.read() }) }
        }
    }

    private func read() throws -> String? {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&entry, 1, 30_000) == 1 else { throw CommandFailure("the child said nothing in 30 s") }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw CommandFailure("can't read the FIFO: \(SystemError.last)") }
        return count == 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
