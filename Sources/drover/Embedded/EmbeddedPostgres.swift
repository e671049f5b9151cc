import Domain
import Foundation
import Glibc
import Logging
import Persistence

/// The private cluster: unix socket only, in a directory that only its user (and root) can enter.
struct EmbeddedPostgres: Sendable {
    let layout: EmbeddedLayout
    let logger: Logger

    /// As the owner of everything.
    var owner: Secret<String> { Secret("host='\(layout.socketDirectory)' user=postgres dbname=drover") }
    /// As the role that owns nothing.
    var server: Secret<String> { Secret("host='\(layout.socketDirectory)' user=drover dbname=drover") }
    private var maintenance: Secret<String> { Secret("host='\(layout.socketDirectory)' user=postgres dbname=postgres") }

    private var programs: String { (try? EmbeddedLayout.postgresPrograms()) ?? "" }

    var child: ChildProcess {
        ChildProcess(
            name: "postgres",
            command: layout.command(
                "\(programs)/postgres",
                [
                    "-c", "listen_addresses=", "-c", "unix_socket_directories=\(layout.socketDirectory)", "-c",
                    "unix_socket_permissions=0700", "-c", "max_connections=100", "-c", "logging_collector=off", "-D",
                    layout.postgresData,
                ]), environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"],
            logFile: "\(layout.logs)/postgres.log", pidFile: "\(layout.postgresData)/postmaster.pid.drover",
            stopSignal: SIGINT, logger: logger)
    }

    /// `initdb`, once. The cluster is made beside its place and moved there when it is whole: a crash in between leaves
    /// nothing that looks like a cluster.
    func initialise() async throws {
        let programs = try EmbeddedLayout.postgresPrograms()
        guard !FileManager.default.fileExists(atPath: "\(layout.postgresData)/PG_VERSION") else { return }
        logger.notice("creating the embedded PostgreSQL cluster", metadata: ["directory": "\(layout.postgresData)"])
        // A name of its own, because the initdb of a killed server may still be at work.
        let unfinished = try layout.createUnfinished(layout.postgresData)
        try initdb(programs, unfinished)
        try EmbeddedLayout.move(unfinished, to: layout.postgresData)
    }

    private func initdb(_ programs: String, _ directory: String) throws {
        let command = layout.command(
            "\(programs)/initdb",
            ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-D", directory])
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CommandFailure("initdb failed: \(text)") }
    }

    func waitUntilReady() async throws {
        for _ in 0..<600 {
            if (try? await LoginRole.isReachable(maintenance)) == true { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CommandFailure("the embedded PostgreSQL did not start; see \(layout.logs)/postgres.log")
    }

    func createDatabase() async throws {
        try await LoginRole.ensureDatabase("drover", maintenance: maintenance)
    }
}
