import Domain
import Foundation
import Glibc

/// A private PostgreSQL cluster on a unix socket, for tests that stop and start the server. Runs as the system user
/// `postgres` when the test runs as root, which PostgreSQL refuses.
package struct PostgresCluster: Sendable {
    /// How `pg_ctl stop` ends the server.
    package enum StopMode: String, Sendable {
        /// Disconnects everybody.
        case fast
        /// As a crash: the next start recovers from the log.
        case immediate
    }

    /// A program failed.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private let directory: String
    private let binaries: String

    /// A connection string of the superuser.
    package var conninfo: String { "host=\(directory) user=postgres dbname=postgres" }

    /// Makes and starts a cluster, runs the body, and removes all of it.
    package static func with<R>(_ body: (PostgresCluster) async throws -> R) async throws -> R {
        let cluster = try PostgresCluster()
        do {
            try await cluster.create()
            try await cluster.start()
            let value = try await body(cluster)
            try await cluster.remove()
            return value
        } catch {
            try? await cluster.remove()
            throw error
        }
    }

    /// Starts the server and waits until it accepts connections.
    ///
    /// `pg_ctl` itself can't be waited for: Foundation takes a process as running until its whole family has closed a
    /// socket, and the server inherits it.
    package func start() async throws {
        let options = "-c listen_addresses= -c unix_socket_directories=\(directory) -c fsync=off -c max_connections=50"
        let command = ["\(binaries)/pg_ctl", "-D", data, "-l", "\(directory)/log", "-o", options, "start"]
        try process(command, asRoot: false).run()
        let end = ContinuousClock.now + .seconds(30)
        while true {
            do {
                _ = try await TestDatabase.psql("select 1", on: conninfo)
                return
            } catch {
                guard ContinuousClock.now < end else {
                    throw Failure(description: "the cluster did not start: \(error)")
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    /// Stops the server and waits until it is gone.
    package func stop(_ mode: StopMode) async throws {
        try await run("\(binaries)/pg_ctl", "-D", data, "-w", "-m", mode.rawValue, "stop")
    }

    private var data: String { "\(directory)/data" }

    private init() throws {
        let versions = try FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")
        guard let newest = versions.compactMap(Int.init).max() else {
            throw Failure(description: "no PostgreSQL server is installed under /usr/lib/postgresql")
        }
        binaries = "/usr/lib/postgresql/\(newest)/bin"
        directory = "/tmp/drover-pg-\(getpid())-\(SystemRandom().uuid().text.prefix(8))"
    }

    private func create() async throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        if geteuid() == 0 { try await run(asRoot: true, "/bin/chown", "postgres:", directory) }
        try await run(
            "\(binaries)/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
    }

    private func remove() async throws {
        try? await stop(.immediate)
        try FileManager.default.removeItem(atPath: directory)
    }

    /// Runs a program to its end.
    private func run(asRoot: Bool = false, _ command: String...) async throws {
        let process = process(command, asRoot: asRoot)
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        guard status == 0 else { throw Failure(description: "\(command[0]) ended with \(status)") }
    }

    private func process(_ command: [String], asRoot: Bool) -> Process {
        let words = geteuid() == 0 && !asRoot ? ["/usr/sbin/runuser", "-u", "postgres", "--"] + command : command
        let process = Process()
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        process.currentDirectoryURL = URL(filePath: "/tmp")
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        return process
    }
}
