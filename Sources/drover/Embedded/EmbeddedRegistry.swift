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

    var child: ChildProcess {
        ChildProcess(
            name: "registry", command: layout.command("/usr/bin/docker-registry", ["serve", layout.registryConfig]),
            environment: ["PATH": "/usr/bin:/bin", "OTEL_TRACES_EXPORTER": "none"],
            logFile: "\(layout.logs)/registry.log",
            pidFile: "\(layout.root)/registry.pid", stopSignal: SIGTERM, logger: logger)
    }

    /// - Throws: `CommandFailure` when the package is not installed, or somebody else has the port.
    func configure() throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/docker-registry") else {
            throw CommandFailure("the OCI registry is not installed: apt-get install docker-registry")
        }
        guard LoopbackPort.isFree(port) else {
            throw CommandFailure(
                "port \(port) of 127.0.0.1 is taken; choose another one for the registry with --embedded-registry-port")
        }
        // docker-registry 2.8 can't always cancel an upload that broke off, and would keep its bytes for a week.
        let purging = "{enabled: true, age: 24h, interval: 6h, dryrun: false}"
        let text = """
            version: 0.1
            log: {level: warn, accesslog: {disabled: true}}
            storage:
              filesystem: {rootdirectory: "\(layout.registryData)"}
              delete: {enabled: true}
              maintenance: {uploadpurging: \(purging)}
            http: {addr: "127.0.0.1:\(port)"}

            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: layout.registryConfig))
    }

    func waitUntilReady() async throws {
        let client = try RegistryClient(
            settings: RegistrySettings(host: "127.0.0.1:\(port)", plainHTTP: true), logger: logger)
        var isUp = false
        for _ in 0..<600 where !isUp {
            isUp = (try? await client.ping()) != nil
            if !isUp { try? await Task.sleep(for: .milliseconds(50)) }
        }
        try await client.shutdown()
        guard isUp else { throw CommandFailure("the embedded registry did not start; see \(layout.logs)/registry.log") }
    }
}
