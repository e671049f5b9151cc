import FoundationEssentials
import Glibc

/// Processes of a program that a signal to its group did not reach.
enum Survivors {
    /// Kills every process that was started by exactly this command line. Its words must not be those of anything else.
    static func kill(_ line: [String]) {
        let wanted = Array(line.joined(separator: "\0").utf8) + [0]
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc") else { return }
        for name in names {
            guard let pid = Int32(name), let data = FileManager.default.contents(atPath: "/proc/\(name)/cmdline"),
                Array(data) == wanted
            else { continue }
            _ = Glibc.kill(pid, SIGKILL)
        }
    }
}
