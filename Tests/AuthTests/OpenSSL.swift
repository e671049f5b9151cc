import Foundation
import Testing

/// The `openssl` program as an independent judge, each run in a folder of its own.
struct OpenSSL: ~Copyable {
    struct Output {
        var status: Int32
        /// Standard output and standard error together.
        var text: String
    }

    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "drover-openssl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Puts a file into the folder; commands name it without a path.
    borrowing func write(_ name: String, _ bytes: some Sequence<UInt8>) throws {
        try Data(bytes).write(to: folder.appending(path: name))
    }

    borrowing func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: name)))
    }

    borrowing func readText(_ name: String) throws -> String { String(decoding: try read(name), as: UTF8.self) }

    /// Runs `openssl` with the arguments.
    borrowing func run(_ arguments: String...) async throws -> Output { try await run(arguments) }

    /// Runs a command that is part of the preparation and must succeed.
    borrowing func prepare(_ arguments: String...) async throws {
        let output = try await run(arguments)
        try #require(output.status == 0, "openssl \(arguments.joined(separator: " ")): \(output.text)")
    }

    private borrowing func run(_ arguments: [String]) async throws -> Output {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        let log = folder.appending(path: "output.log")
        try Data().write(to: log)
        let handle = try FileHandle(forWritingTo: log)
        process.standardOutput = handle
        process.standardError = handle
        let status = try await withCheckedThrowingContinuation { (waiting: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { waiting.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { waiting.resume(throwing: error) }
        }
        try handle.close()
        return Output(status: status, text: String(decoding: try Data(contentsOf: log), as: UTF8.self))
    }
}
