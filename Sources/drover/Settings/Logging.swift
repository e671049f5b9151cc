import ControlPlane
import Domain
import Glibc
import Logging

/// Where log lines go.
enum Logs {
    /// JSON lines on standard error.
    /// - Throws: `Refusal.invalid` for an unknown level.
    static func logger(level: String?) throws(Refusal) -> Logger {
        guard let level = Logger.Level(rawValue: level ?? "info") else {
            throw .invalid(
                "log.level", "one_of", "one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return Logger(label: "drover") { label in
            JSONLogHandler(label: label, level: level, write: Self.writeLine)
        }
    }

    /// One write a line, so that lines of several threads do not mix.
    @Sendable private static func writeLine(_ line: String) {
        var line = line
        line.withUTF8 { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = unsafe write(STDERR_FILENO, bytes.baseAddress?.advanced(by: sent), bytes.count - sent)
                guard count > 0 else { return }
                sent += count
            }
        }
    }
}
