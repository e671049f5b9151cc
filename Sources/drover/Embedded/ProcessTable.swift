import Foundation
import Glibc

/// A process of the machine, as `/proc` shows it.
struct ProcessEntry: Sendable {
    let pid: pid_t
    let arguments: [String]
    /// Empty when we may not see it.
    let executable: String
    let directory: String

    /// Whether these stand side by side in its command line.
    func has(_ option: String, _ value: String) -> Bool {
        zip(arguments, arguments.dropFirst()).contains { $0 == option && $1 == value }
    }
}

/// The processes of the machine.
enum ProcessTable {
    /// Those of the given users, without this process. Another user's process may carry any command line it likes.
    static func processes(of users: Set<uid_t>) -> [ProcessEntry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap(pid_t.init).filter { $0 != getpid() }.compactMap { entry($0, users) }
    }

    private static func entry(_ pid: pid_t, _ users: Set<uid_t>) -> ProcessEntry? {
        var status = stat()
        guard unsafe stat("/proc/\(pid)", &status) == 0, users.contains(status.st_uid),
            let line = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(pid)/cmdline")), !line.isEmpty
        else { return nil }
        let arguments = line.split(separator: 0, omittingEmptySubsequences: false)
        return ProcessEntry(
            pid: pid, arguments: arguments.map { String(decoding: $0, as: UTF8.self) },
            executable: link("/proc/\(pid)/exe"), directory: link("/proc/\(pid)/cwd"))
    }

    private static func link(_ path: String) -> String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) ?? ""
    }
}
