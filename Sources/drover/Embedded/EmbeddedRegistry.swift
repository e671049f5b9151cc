import Domain
import Foundation
import Glibc
import Logging
import Registry

/// Debian's `docker-registry` on loopback.
struct EmbeddedRegistry: Sendable {
    let layout: EmbeddedLayout
    let port: Int
    let logger: Logger

    static let stop = [StopStep(signal: SIGTERM, patience: .seconds(10))]
    private static let program = "/usr/bin/docker-registry"

    /// - Throws: `CommandFailure` when the package is not installed.
    init(layout: EmbeddedLayout, port: Int, logger: Logger) throws {
        guard FileManager.default.isExecutableFile(atPath: Self.program) else {
            throw CommandFailure("the OCI registry is not installed: apt-get install docker-registry")
        }
        self.layout = layout
        self.port = port
        self.logger = logger
    }

    var child: ChildProcess {
        ChildProcess(
            name: "registry", command: layout.command(Self.program, ["serve", layout.registryConfig]),
            environment: ["PATH": "/usr/bin:/bin", "OTEL_TRACES_EXPORTER": "none"],
            logFile: "\(layout.logs)/registry.log", stop: Self.stop, logger: logger)
    }

    /// - Throws: `CommandFailure` when somebody else has the port, or the file can't be written.
    func configure() async throws {
        guard try await LoopbackPort.becomesFree(port, within: .seconds(2)) else {
            throw CommandFailure(
                "port \(port) of 127.0.0.1 is taken; choose another one for the registry with --embedded-registry-port")
        }
        // docker-registry 2.8 can't always cancel an upload that broke off, and would keep its bytes for a week.
        let purging = "{enabled: true, age: 24h, interval: 6h, dryrun: false}"
        let text = """
            version: 0.1
            log: {level: warn, accesslog: {disabled: true}}
            storage:
              filesystem: {rootdirectory: \(Quoting.yaml(layout.registryData))}
              delete: {enabled: true}
              maintenance: {uploadpurging: \(purging)}
            http: {addr: "127.0.0.1:\(port)"}

            """
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: layout.registryConfig))
            try layout.own(layout.registryConfig)
        } catch {
            throw CommandFailure("can't write \(layout.registryConfig): \(error.localizedDescription)")
        }
    }

    func waitUntilReady() async throws {
        let client = try RegistryClient(
            settings: RegistrySettings(host: "127.0.0.1:\(port)", plainHTTP: true), logger: logger)
        var isUp = false
        for _ in 0..<600 where !isUp && !Task.isCancelled {
            isUp = (try? await client.ping()) != nil
            if !isUp { try? await Task.sleep(for: .milliseconds(50)) }
        }
        try await client.shutdown()
        try Task.checkCancellation()
        guard isUp else { throw CommandFailure("the embedded registry did not start; see \(layout.logs)/registry.log") }
    }
}
