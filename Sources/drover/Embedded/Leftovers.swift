import Foundation
import Glibc
import Logging

/// What a server that was killed with -9 left running on a data directory. The process table says it, so there is no
/// moment in which a child runs and nobody could find it; the directory's lock keeps a second living server away.
struct Leftovers: Sendable {
    let layout: EmbeddedLayout
    let logger: Logger

    /// Stops all of it, and removes what would keep PostgreSQL from starting.
    /// - Throws: `CommandFailure` when something can't be stopped.
    func stop() async throws {
        try await stop("initdb", []) { process in
            process.arguments.contains { $0.hasPrefix(layout.unfinishedPostgres) }
                || process.directory.hasPrefix(layout.unfinishedPostgres) && isPostgres(process)
        }
        try await stop("postgres", EmbeddedPostgres.stop) { $0.has("-D", layout.postgresData) }
        // Without its postmaster a backend ends by itself, unless it is busy.
        try await stop("postgres", [StopStep(signal: SIGQUIT, patience: .seconds(5))]) {
            $0.directory == layout.postgresData && isPostgres($0)
        }
        try await stop("registry", EmbeddedRegistry.stop) { $0.has("serve", layout.registryConfig) }
        // They name pids. After a restart of the machine or the container these may be anybody's, such as our
        // registry's, and PostgreSQL would not start as long as that lives.
        for file in ["\(layout.postgresData)/postmaster.pid", "\(layout.socketDirectory)/.s.PGSQL.5432.lock"] {
            try? FileManager.default.removeItem(atPath: file)
        }
    }

    private func isPostgres(_ process: ProcessEntry) -> Bool { process.executable.contains("/bin/postgres") }

    private func stop(_ name: String, _ steps: [StopStep], _ isOurs: (ProcessEntry) -> Bool) async throws {
        // Root's as well: between fork and `setpriv` a child still belongs to the server's user.
        let users: Set<uid_t> = [geteuid(), try layout.childUID()]
        var found = ProcessTable.processes(of: users).filter(isOurs)
        for step in steps + [StopStep(signal: SIGKILL, patience: .seconds(10))] where !found.isEmpty {
            for process in found {
                logger.warning(
                    "stopping the \(name) of an earlier run", metadata: ["pid": .stringConvertible(process.pid)])
                kill(process.pid, step.signal)
            }
            let end = ContinuousClock.now + step.patience
            while !found.isEmpty, ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(20))
                found = ProcessTable.processes(of: users).filter(isOurs)
            }
        }
        if let process = found.first {
            throw CommandFailure("can't stop the \(name) of an earlier run: \(process.pid)")
        }
    }
}
