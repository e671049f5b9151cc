import Domain
import Foundation
import Glibc
import Logging
import Persistence
import Processes

/// The private cluster: unix socket only, in a directory that only its user (and root) can enter.
struct EmbeddedPostgres: Sendable {
    let layout: EmbeddedLayout
    let programs: String
    let logger: Logger

    /// Fast shutdown; then at once, which costs a recovery at the next start.
    static let stop = [
        StopStep(signal: SIGINT, patience: .seconds(30)), StopStep(signal: SIGQUIT, patience: .seconds(5)),
    ]
    private static let environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]

    /// - Throws: `CommandFailure` when the package is not installed.
    init(layout: EmbeddedLayout, logger: Logger) throws {
        self.layout = layout
        self.logger = logger
        programs = try PostgresPrograms.directory(cluster: layout.postgresData)
    }

    /// As the owner of everything.
    var owner: Secret<String> { conninfo(user: "postgres", database: "drover") }
    /// As the role that owns nothing.
    var server: Secret<String> { conninfo(user: "drover", database: "drover") }
    private var maintenance: Secret<String> { conninfo(user: "postgres", database: "postgres") }

    private func conninfo(user: String, database: String) -> Secret<String> {
        Secret("host=\(Quoting.conninfo(layout.socketDirectory)) user=\(user) dbname=\(database)")
    }

    var child: ChildProcess {
        ChildProcess(
            name: "postgres",
            command: layout.command(
                "\(programs)/postgres",
                [
                    "-c", "listen_addresses=", "-c",
                    "unix_socket_directories=\(Quoting.postgresList(layout.socketDirectory))", "-c",
                    "unix_socket_permissions=0700", "-c", "max_connections=100", "-c", "logging_collector=off", "-D",
                    layout.postgresData,
                ]), environment: Self.environment, logFile: "\(layout.logs)/postgres.log", stop: Self.stop,
            logger: logger)
    }

    /// `initdb`, once. The cluster is made beside its place and moved there when it is whole: a crash in between leaves
    /// nothing that looks like a cluster. What a failed or cancelled one has made is removed.
    /// - Throws: `CommandFailure` with what `initdb` said; `CancellationError`.
    func initialise() async throws {
        guard !FileManager.default.fileExists(atPath: "\(layout.postgresData)/PG_VERSION") else { return }
        logger.notice("creating the embedded PostgreSQL cluster", metadata: ["directory": "\(layout.postgresData)"])
        let unfinished = try layout.createUnfinishedPostgres()
        do {
            try await initdb(unfinished)
            try EmbeddedLayout.move(unfinished, to: layout.postgresData)
        } catch {
            try? FileManager.default.removeItem(atPath: unfinished)
            throw error
        }
    }

    private func initdb(_ directory: String) async throws {
        let log = "\(layout.logs)/initdb.log"
        let output = try OutputFile.open(log, empty: true)
        defer { close(output) }
        let command = layout.command(
            "\(programs)/initdb",
            ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-D", directory])
        let process = try RunningProcess.start(
            "initdb", command, environment: Self.environment, output: output, logger: logger)
        // Nothing of its work is worth waiting for.
        let status = await process.end(stopping: [])
        try Task.checkCancellation()
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        guard status == 0 else { throw CommandFailure("initdb failed (\(status)): \(text)") }
    }

    /// After a crash it may have to read a gigabyte of its write-ahead log first; stopped in the middle of that, it would
    /// begin anew the next time.
    /// - Throws: `CommandFailure` after ten minutes without an answer.
    func waitUntilReady() async throws {
        let end = ContinuousClock.now + .seconds(600)
        while ContinuousClock.now < end {
            if (try? await LoginRole.isReachable(maintenance)) == true { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CommandFailure("the embedded PostgreSQL did not start; see \(layout.logs)/postgres.log")
    }

    func createDatabase() async throws {
        try await LoginRole.ensureDatabase("drover", maintenance: maintenance)
    }
}
