import Domain
import Foundation
import Persistence
import Registry
import ServiceLifecycle
import TestSupport
import Testing

@testable import ControlPlane

/// Real PostgreSQL, registry and sandbox; the converter is a script of the test.
@Suite(.ownDatabase, .timeLimit(.minutes(4)))
struct ConversionWorkerTests {
    private static let good = "import sys; sys.stdout.buffer.write(\(ConversionFixture.tinyONNX))"
    private static let endless = "while True: pass"

    @Test(.proves("MODEL-15", "MODEL-20"))
    func `without a converter it becomes a container, and says why`() async throws {
        try await ConversionFixture.with { fixture in
            let id = try await fixture.upload()
            try await fixture.running {
                let conversion = try await fixture.until(.ready, id)
                #expect(
                    conversion.history.map(\.state) == [
                        .pendingNative, .pendingContainer, .attemptingContainer, .ready,
                    ])
                #expect(conversion.runtime == .flight && conversion.percent == 100 && conversion.file == nil)
                #expect(conversion.reason?.contains("conversion.python") == true && conversion.error == nil)
            }
        }
    }

    @Test(.proves("MODEL-16", "MODEL-20"), arguments: [ModelFramework.custom, .summarization])
    func `what is always a container begins there`(_ framework: ModelFramework) async throws {
        try await ConversionFixture.with(script: Self.good) { fixture in
            let id = try await fixture.upload(framework)
            try await fixture.running {
                let conversion = try await fixture.until(.ready, id)
                #expect(conversion.history.map(\.state) == [.pendingContainer, .attemptingContainer, .ready])
                #expect(conversion.runtime == .flight && conversion.reason == nil)
            }
        }
    }

    @Test(.proves("MODEL-15", "MODEL-17"))
    func `what the converter writes becomes a blob of the same repository, with a manifest`() async throws {
        try await ConversionFixture.with(script: Self.good) { fixture in
            let id = try await fixture.upload()
            try await fixture.running { _ = try await fixture.until(.ready, id) }
            let (version, conversion) = (try await fixture.version(id), try await fixture.conversion(id))
            let file = try #require(version.converted)
            #expect(conversion.history.map(\.state) == [.pendingNative, .attemptingNative, .ready])
            #expect(version.runtime == .onnx && version.status == .ready && version.servedFileName == "m.onnx")
            #expect(conversion.inspection?.text.contains("ir_version") == true)
            let registry = fixture.worker.registryAccess.instance
            let repository = registry.settings.modelRepository(workspace: version.workspaceID, model: version.modelName)
            #expect(try await registry.blobExists(repository, file.sha256) == file.sizeBytes)
            #expect(PublishedModelFile(version) == PublishedModelFile(file.sha256, file.sizeBytes, "m.onnx"))
        }
    }

    /// A converter that fails in one of many ways.
    @Test(
        .proves("MODEL-15"),
        arguments: [
            (
                "import sys; print('{\"reason\": \"no such\\\\u0000 estimator\"}', file=sys.stderr); sys.exit(1)",
                "no such estimator"
            ),
            ("raise ValueError('x\\ty')", "the conversion ended with status 1: ValueError: x y"),
            ("import os; os.kill(os.getpid(), 11)", "the conversion crashed"),
            ("import os; os.kill(os.getpid(), 9)", "the system ended the conversion"),
            ("pass", "the converter left no ONNX model"),
            ("print('not ONNX at all')", "the converter left no ONNX model"),
            (
                "import sys; sys.stdout.buffer.write(\(ConversionFixture.tinyONNX)[:40])",
                "the converter left no ONNX model"
            ),
        ])
    func `a converter that fails leaves a reason, and the model becomes a container`(
        _ script: String, _ reason: String
    ) async throws {
        try await ConversionFixture.with(script: script) { fixture in
            let id = try await fixture.upload()
            try await fixture.running {
                let conversion = try await fixture.until(.ready, id)
                #expect(conversion.runtime == .flight && conversion.file == nil)
                #expect(conversion.reason?.hasPrefix(reason) == true, "\(conversion.reason ?? "")")
                #expect(
                    conversion.history.map(\.state) == [
                        .pendingNative, .attemptingNative, .pendingContainer, .attemptingContainer, .ready,
                    ])
            }
        }
    }

    @Test func `one workspace does not keep the others waiting`() async throws {
        try await ConversionFixture.with { fixture in
            var many: [ModelVersionID] = []
            for _ in 0..<3 {
                many.append(try await fixture.upload())
                fixture.clock.advance(by: 1)
            }
            let other = try await fixture.uploadElsewhere()
            let now = fixture.clock.time.now()
            func lease() async throws -> ModelVersionID? {
                try await fixture.system.run(.leaseConversion(UUID(), at: now, until: now + 60))?.version
            }
            #expect(try await lease() == many[0])
            #expect(try await lease() == other)
            #expect(try await lease() == many[1])
        }
    }

    @Test func `schemas that are too large for a conversion leave a container`() async throws {
        try await ConversionFixture.with(script: Self.good) { fixture in
            let version = try await fixture.version(try await fixture.upload())
            let native = try #require(fixture.worker.native)
            let large = String(repeating: "x", count: 100_001)
            let registry = fixture.worker.registryAccess.instance
            guard
                case .incompatible(let text) = try await native.convert(version, in: registry, schemas: large, .init())
            else {
                Issue.record("converted")
                return
            }
            #expect(text.hasPrefix("the schemas are larger"))
        }
    }

    @Test func `a conversion that takes too long is ended`() async throws {
        try await ConversionFixture.with(script: Self.endless) { fixture in
            let id = try await fixture.upload()
            try await fixture.running {
                await fixture.clock.untilSomebodySleeps(for: 12)
                fixture.clock.advance(by: 12)
                let conversion = try await fixture.until(.ready, id)
                #expect(conversion.reason == "the conversion took longer than 12 seconds")
            }
        }
    }

    @Test(.proves("MODEL-15")) func `a deadline that passes in the native form leaves a container`() async throws {
        try await ConversionFixture.with(script: Self.endless) { fixture in
            let id = try await fixture.upload()
            var worker = fixture.worker
            worker.limits.deadlineSeconds = 5
            try await withThrowingTaskGroup(of: Void.self) { [worker] group in
                group.addTask { try await worker.run() }
                await fixture.clock.untilSomebodySleeps(for: 12)
                await fixture.clock.untilSomebodySleeps(for: 5)
                fixture.clock.advance(by: 5)
                let conversion = try await fixture.until(.ready, id)
                #expect(conversion.runtime == .flight && conversion.file == nil && conversion.error == nil)
                #expect(conversion.reason == "the conversion took longer than 5 seconds")
                group.cancelAll()
            }
        }
    }

    @Test func `what the sandbox says of this machine is not shown`() async throws {
        let script = "import sys\nprint('bwrap: Can\\'t find source path /home/ops', file=sys.stderr)\nsys.exit(1)"
        try await ConversionFixture.with(script: script) { fixture in
            let id = try await fixture.upload()
            try await fixture.running {
                let conversion = try await fixture.until(.ready, id)
                #expect(conversion.reason == "the sandbox could not be started; the server's log has the cause")
            }
        }
    }

    @Test func `a graceful shutdown ends the converter, and the next server goes on`() async throws {
        try await ConversionFixture.with(script: Self.endless) { fixture in
            let id = try await fixture.upload()
            let group = ServiceGroup(
                configuration: .init(services: [fixture.worker], logger: fixture.worker.logger))
            async let ended: Void = group.run()
            await fixture.clock.untilSomebodySleeps(for: 12)
            await group.triggerGracefulShutdown()
            try await ended
            let conversion = try await fixture.conversion(id)
            #expect(conversion.state == .attemptingNative && conversion.attempts == 0 && conversion.error == nil)
        }
    }

    @Test func `a server that died again and again takes the native form with it`() async throws {
        try await ConversionFixture.with(script: Self.endless) { fixture in
            let id = try await fixture.upload()
            try await TestDatabase.psql("update conversions set state = 'attempting_load_native', lapses = 3")
            try await fixture.running {
                let conversion = try await fixture.until(.ready, id)
                #expect(conversion.reason == "3 tries ended without an answer: each time the server stopped")
            }
        }
    }

    @Test func `as many ends again leave an error`() async throws {
        try await ConversionFixture.with { fixture in
            let id = try await fixture.upload(.custom)
            try await TestDatabase.psql("update conversions set state = 'attempting_load_container', lapses = 6")
            try await fixture.running {
                let conversion = try await fixture.until(.error, id)
                #expect(conversion.error?.hasPrefix("6 tries ended without an answer") == true)
            }
        }
    }

    @Test(.proves("MODEL-18")) func `a file that the registry has lost is an error`() async throws {
        try await ConversionFixture.with { fixture in
            let id = try await fixture.upload(.custom, isStored: false)
            try await fixture.running {
                let conversion = try await fixture.until(.error, id)
                #expect(conversion.status == .error && conversion.error?.contains("lost") == true)
            }
        }
    }

    @Test(.proves("MODEL-19")) func `progress is known while it runs`() async throws {
        let script = """
            import sys
            print('{"step": "convert", "percent": 40}', file=sys.stderr, flush=True)
            while True: pass
            """
        try await ConversionFixture.with(script: script) { fixture in
            let version = try await fixture.version(try await fixture.upload())
            let (native, progress) = (try #require(fixture.worker.native), ConversionProgress())
            let registry = fixture.worker.registryAccess.instance
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await native.convert(version, in: registry, schemas: "{}", progress) }
                while progress.current.step != "convert" { await Task.yield() }
                #expect(progress.current.percent == 48)
                group.cancelAll()
                do {
                    try await group.waitForAll()
                    Issue.record("it went on")
                } catch is CancellationError {}
            }
        }
    }

    @Test(
        arguments: [
            ("{\"step\": \"load\", \"percent\": 10}", .progress(step: "load", percent: 10)),
            ("{\"step\": \"load\", \"percent\": 101}", .other("{\"step\": \"load\", \"percent\": 101}")),
            ("{\"step\": \"<b>\", \"percent\": 1}", .other("{\"step\": \"<b>\", \"percent\": 1}")),
            ("{\"reason\": \"a\\u0000\\u202eb\\nc\"}", .reason("a b c")),
            ("\u{1B}[31mred", .other("[31mred")), ("", nil), (" \u{7} ", nil),
            ("{\"reason\": 1}", .other("{\"reason\": 1}")),
        ] as [(String, ConverterMessage?)])
    func `lines of a converter are not trusted`(_ line: String, _ message: ConverterMessage?) {
        #expect(ConverterMessage(line) == message)
    }
}

/// What a publish takes of a version.
private struct PublishedModelFile: Equatable {
    let digest: Digest
    let size: Int64
    let name: String

    init(_ version: ModelVersion) {
        let model = PublishedModel(version)
        (digest, size, name) = (model.digest, model.sizeBytes, model.fileName)
    }

    init(_ digest: Digest, _ size: Int64, _ name: String) { (self.digest, self.size, self.name) = (digest, size, name) }
}
