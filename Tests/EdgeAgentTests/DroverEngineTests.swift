import Domain
import EdgeAgent
import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// The process itself, as a user starts it.
@Suite(.timeLimit(.minutes(4))) struct DroverEngineTests {
    private let folder: TemporaryDirectory
    private let plane: FakeControlPlane
    private let bundle: String

    init() async throws {
        folder = try TemporaryDirectory()
        plane = try await FakeControlPlane.start()
        bundle = try await plane.bundle(pin: plane.authority.pin).base64
    }

    struct Result: Sendable {
        let code: Int32
        let output: String
        let errors: String
    }

    /// Runs the built executable to its end. `started` gets its process id.
    private func run(
        _ arguments: [String], environment: [String: String] = [:], input: String? = nil,
        started: @Sendable (Int32) -> Void = { _ in }
    ) async throws -> Result {
        let process = Process()
        process.executableURL = Bundle(for: Anchor.self).bundleURL
            .appendingPathComponent("drover-engine")
        process.arguments = arguments
        process.environment = environment.merging(["PERSIST_DIR": folder.path]) { given, _ in given }
        let (output, errors) = (folder.path + "/stdout", folder.path + "/stderr")
        for path in [output, errors] { try Data().write(to: URL(filePath: path)) }
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errors)
        if let input { process.standardInput = FileHandle(forReadingAtPath: input) }
        let code = try await withCheckedThrowingContinuation { (done: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { done.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
                started(process.processIdentifier)
            } catch { done.resume(throwing: error) }
        }
        return Result(code: code, output: try folder.read("stdout"), errors: try folder.read("stderr"))
    }

    private final class Anchor {}

    @Test(.proves("EDGE-18")) func `a join prints its line, and a second one does not`() async throws {
        let first = try await run(["join"], environment: ["EDGE_BUNDLE": bundle])
        #expect(first.output == "Node attestation was successful\n" && first.code == 0)
        let second = try await run(["join"], environment: ["EDGE_BUNDLE": bundle])
        #expect(second.output.isEmpty && second.code == 0)
        #expect(await plane.joins.count == 1)
    }

    @Test func `ship joins, ships standard input and sums up`() async throws {
        let file = try folder.write("in", records(1...3).joined(separator: "\n"))
        let result = try await run(["ship", "-"], environment: ["EDGE_BUNDLE": bundle], input: file)
        #expect(
            result.output
                == "Node attestation was successful\nshipped 3 records (sequence 1..3) in 1 batches\n")
        #expect(result.errors.isEmpty && result.code == 0)
        #expect(await plane.stored == records(1...3))
    }

    @Test(.proves("ESRV-06")) func `killed at any batch it goes on without the token, and nothing is lost or doubled`()
        async throws
    {
        let file = try folder.write("in", records(1...60_000).joined(separator: "\n"))
        let id = Box<Int32>(0)
        let killer: @Sendable () -> Void = { kill(id.value, SIGKILL) }
        await plane.set(logFaults: [.none, .after(killer)])
        let first = try await run(["ship", file], environment: ["EDGE_BUNDLE": bundle]) { id.value = $0 }
        #expect(first.code == 9)
        await plane.set(logFaults: [.none, .none, .after(killer)])
        #expect(try await run(["ship", file]) { id.value = $0 }.code == 9)
        await plane.set()
        let last = try await run(["ship", file])
        #expect(last.code == 0, "\(last.errors)")
        #expect(await plane.stored == records(1...60_000))
        #expect(await plane.joins.count == 1)
    }

    @Test func `bad input ends with 65 and names the line, without echoing it`() async throws {
        let file = try folder.write("in", "{}\nhush\n")
        let result = try await run(["ship", file], environment: ["EDGE_BUNDLE": bundle])
        #expect(result.code == 65)
        #expect(result.errors.contains("line 2") && !result.errors.contains("hush"))
    }

    @Test func `a refused token ends with 77, a missing bundle with 78, a wrong option with 64`() async throws {
        #expect(try await run(["join"]).code == 78)
        await plane.set(joinFaults: [.answer(401, [:], "{\"title\":\"invalid_join_token\"}")])
        let refused = try await run(["join"], environment: ["EDGE_BUNDLE": bundle])
        #expect(refused.code == 77 && refused.errors.contains("invalid_join_token"))
        #expect(!refused.errors.contains("11111111-2222"))
        #expect(try await run(["ship", "--max-log", "1"]).code == 64)
    }

    @Test func `status tells who and how much, and help tells the exit codes`() async throws {
        #expect(try await run(["status"]).output == "edge: not joined\nlog: empty\n")
        _ = try await run(
            ["ship", try folder.write("in", "{}\n")], environment: ["EDGE_BUNDLE": bundle])
        let status = try await run(["status"]).output
        #expect(status.contains("edge: \(plane.edge.text)") && status.contains("log: 0 records waiting"))
        #expect(status.contains("acknowledged: sequence 1 of epoch "))
        #expect(try await run(["--help"]).output.contains("77  refused for good"))
    }
}
