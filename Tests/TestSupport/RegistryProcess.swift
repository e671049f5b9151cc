import Foundation

/// A `docker-registry` of its own on a loopback port, for tests that need another configuration or that stop it.
/// Stopped by pid, its data removed, when the last reference goes.
package final class RegistryProcess: @unchecked Sendable {
    // Used by one test at a time; Process and FileHandle of Foundation are not Sendable.

    /// How the registry asks for credentials.
    package enum Access: Sendable {
        case open
        /// HTTP Basic for `username` and `password` below.
        case basic
    }

    package static let username = "drover"
    package static let password = "correct horse"
    /// bcrypt of the password, cost 5, made with libxcrypt.
    private static let passwordHash = "$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2"

    private let directory: URL
    private let access: Access
    private var process: Process?
    /// Of the first start; kept by `restart()`.
    package private(set) var port = 0

    package init(_ access: Access = .open) throws {
        directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("drover-registry-\(ProcessInfo.processInfo.globallyUniqueString)")
        self.access = access
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try start()
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(at: directory)
    }

    /// `127.0.0.1:port`
    package var host: String { "127.0.0.1:\(port)" }

    /// Bytes of uploads that have neither become blobs nor been given up.
    package var unfinishedBytes: Int {
        let data = directory.appendingPathComponent("data")
        let files = FileManager.default.enumerator(at: data, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL }
        return (files ?? []).filter { $0.path.contains("/_uploads/") && $0.lastPathComponent == "data" }
            .reduce(0) { sum, file in
                sum + ((try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0)
            }
    }

    /// Ends the process and waits for its end.
    package func stop() {
        guard let process, process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    /// Starts it again on the same port with the same data.
    package func restart() throws {
        stop()
        try start()
    }

    private func start() throws {
        var configuration = """
            version: 0.1
            log: {level: info, accesslog: {disabled: true}}
            storage: {filesystem: {rootdirectory: "\(directory.path)/data"}, delete: {enabled: true}}
            http: {addr: "127.0.0.1:\(port)"}

            """
        if access == .basic {
            let file = directory.appendingPathComponent("htpasswd")
            try Data("\(Self.username):\(Self.passwordHash)\n".utf8).write(to: file)
            configuration += "auth: {htpasswd: {realm: drover-test, path: \"\(file.path)\"}}\n"
        }
        let file = directory.appendingPathComponent("registry.yml")
        try Data(configuration.utf8).write(to: file)

        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/docker-registry")
        process.arguments = ["serve", file.path]
        let pipe = Pipe()
        process.standardError = pipe
        process.standardOutput = pipe
        try process.run()
        self.process = process
        port = try Self.listeningPort(pipe.fileHandleForReading)
    }

    /// Reads the log until it names the port, then throws the rest of it away.
    private static func listeningPort(_ log: FileHandle) throws -> Int {
        var text = ""
        while true {
            let data = log.availableData
            guard !data.isEmpty else { throw StartFailure(log: text) }
            text += String(decoding: data, as: UTF8.self)
            if let start = text.range(of: "listening on 127.0.0.1:")?.upperBound,
                let port = Int(text[start...].prefix { $0.isNumber }), text[start...].contains("\"")
            {
                log.readabilityHandler = { _ = $0.availableData }
                return port
            }
        }
    }

    private struct StartFailure: Error {
        let log: String
    }
}
