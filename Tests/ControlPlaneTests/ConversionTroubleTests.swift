import Domain
import Foundation
import Persistence
import Processes
import Registry
import Synchronization
import TestSupport
import Testing

@testable import ControlPlane

/// Conversions that go wrong halfway, are begun again, or take long.
@Suite(.ownDatabase, .timeLimit(.minutes(4)))
struct ConversionTroubleTests {
    private static let good = "import sys; sys.stdout.buffer.write(\(ConversionFixture.tinyONNX))"
    private static let endless = "while True: pass"

    @Test(.proves("MODEL-20")) func `a container does not wait until slow converters have ended`() async throws {
        try await ConversionFixture.with(script: Self.endless) { fixture in
            let slow = [try await fixture.upload(), try await fixture.upload(.xgboost)]
            try await fixture.running {
                for id in slow { _ = try await fixture.until(.attemptingNative, id) }
                let id = try await fixture.upload(.custom)
                await fixture.clock.untilSomebodySleeps(for: 2)
                fixture.clock.advance(by: 2)
                let conversion = try await fixture.until(.ready, id)
                #expect(conversion.runtime == .flight)
                for id in slow { #expect(try await fixture.conversion(id).state == .attemptingNative) }
            }
        }
    }

    /// The converter ends when the test says so, by the only file of this machine that it sees: its script.
    private static let slow = """
        import sys, time
        while '# go' + ' on' not in open('/converter.py').read(): time.sleep(0.05)
        \(good)
        """

    /// Lets time pass as it does, the lease being renewed.
    private func pass(_ seconds: Int, _ id: ModelVersionID, _ fixture: ConversionFixture) async throws {
        for _ in 0..<(seconds / 8) {
            await fixture.clock.untilSomebodySleeps(for: 7)
            fixture.clock.advance(by: 8)
            let now = fixture.clock.time.now()
            while try await fixture.conversion(id).updatedAt < now { await Task.yield() }
        }
    }

    @Test(.proves("MODEL-21"), arguments: [true, false])
    func `a conversion takes nine minutes, and has ended one way or the other within ten`(_ ends: Bool) async throws {
        try await ConversionFixture.with(script: Self.slow, seconds: ConversionSettings().seconds) { fixture in
            let id = try await fixture.upload()
            let began = fixture.clock.time.now()
            var worker = fixture.worker
            // Told apart from other sleeps by its length.
            worker.limits.renewalSeconds = 7
            try await withThrowingTaskGroup(of: Void.self) { [worker] group in
                group.addTask { try await worker.run() }
                _ = try await fixture.until(.attemptingNative, id)
                await fixture.clock.untilSomebodySleeps(for: 540)
                try await pass(536, id, fixture)
                #expect(try await fixture.conversion(id).state == .attemptingNative)
                if ends { try fixture.append("\n# go on\n") } else { fixture.clock.advance(by: 4) }
                let conversion = try await fixture.until(.ready, id)
                #expect(conversion.runtime == (ends ? .onnx : .flight) && conversion.attempts == 1)
                #expect((conversion.reason == nil) == ends)
                let took = try #require(conversion.history.last).time.timeIntervalSince(began)
                #expect(took >= 536 && took <= 600)
                group.cancelAll()
            }
        }
    }

    @Test func `a conversion that is begun again replaces the file, and removes the manifest that went before`()
        async throws
    {
        try await ConversionFixture.with(script: Self.good) { fixture in
            let id = try await fixture.upload()
            try await fixture.running { _ = try await fixture.until(.ready, id) }
            let first = try #require(try await fixture.version(id).converted)
            let other = Self.good.replacingOccurrences(of: "buffer.write(", with: "buffer.write(b'\\x10\\x01' + ")
            try fixture.replaceScript(other)
            #expect(try await fixture.restart(id))
            let between = try await fixture.version(id)
            #expect(between.status == .pendingConversion && between.converted == first)
            try await fixture.running {
                fixture.clock.advance(by: 2)
                let conversion = try await fixture.until(.ready, id)
                let states: [ConversionState] = [.pendingNative, .attemptingNative, .ready]
                #expect(conversion.history.map(\.state) == states + states)
            }
            let second = try #require(try await fixture.version(id).converted)
            #expect(second.sha256 != first.sha256)
            #expect(try await fixture.manifest(first.manifestDigest, of: id) == nil)
            #expect(try await fixture.manifest(second.manifestDigest, of: id) != nil)
            #expect(try await Self.noted() == [second.manifestDigest.description])
        }
    }

    private static func noted() async throws -> [String?] {
        try await TestDatabase.psql("select unnest(manifests) from conversions").flatMap(\.self)
    }

    @Test func `a version that becomes a container has no converted file any more`() async throws {
        try await ConversionFixture.with(script: Self.good) { fixture in
            let id = try await fixture.upload()
            try await fixture.running { _ = try await fixture.until(.ready, id) }
            let first = try #require(try await fixture.version(id).converted)
            try fixture.replaceScript("raise ValueError('no')")
            #expect(try await fixture.restart(id))
            try await fixture.running {
                fixture.clock.advance(by: 2)
                _ = try await fixture.until(.ready, id)
            }
            let version = try await fixture.version(id)
            #expect(version.runtime == .flight && version.converted == nil)
            #expect(try await fixture.manifest(first.manifestDigest, of: id) == nil)
            #expect(try await Self.noted() == [])
        }
    }

    @Test func `a manifest is noted before it is pushed`() async throws {
        struct Stop: Error {}
        try await ConversionFixture.with(script: Self.good) { fixture in
            let version = try await fixture.version(try await fixture.upload())
            let native = try #require(fixture.worker.native)
            let noted = Noted()
            await #expect(throws: Stop.self) {
                _ = try await native.convert(
                    version, in: fixture.worker.registryAccess.instance, schemas: "{}", .init()
                ) { digest in
                    noted.digests.withLock { $0.append(digest) }
                    throw Stop()
                }
            }
            let digest = try #require(noted.digests.withLock { $0.first })
            #expect(try await fixture.manifest(digest, of: version.id) == nil)
            guard
                case .converted(let file, _) = try await native.convert(
                    version, in: fixture.worker.registryAccess.instance, schemas: "{}", .init())
            else {
                Issue.record("not converted")
                return
            }
            #expect(file.manifestDigest == digest)
        }
    }

    @Test func `what a conversion may use is one number, and no more than an upload may have`() async throws {
        try await ConversionFixture.with(script: Self.good) { fixture in
            let version = try await fixture.version(try await fixture.upload())
            var native = try #require(fixture.worker.native)
            let memory = native.settings.memoryBytes
            let limits = native.limits(for: version, spoolBytes: 1 << 40)
            #expect(limits.memoryBytes + limits.scratchBytes == memory)
            #expect(native.limits(for: version, spoolBytes: 5).outputBytes == 5)
            native = native.with(maxUploadBytes: 3)
            #expect(native.limits(for: version, spoolBytes: 5).outputBytes == 3)
        }
    }

    @Test func `a registry that is away is tried again until it is back`() async throws {
        let registry = try RegistryProcess()
        try await ConversionFixture.with(script: Self.good, registry.host) { fixture in
            let id = try await fixture.upload()
            registry.stop()
            try await fixture.running {
                while try await fixture.conversion(id).error == nil { await Task.yield() }
                let waiting = try await fixture.conversion(id)
                #expect(waiting.state == .attemptingNative && waiting.status == .converting)
                try registry.restart()
                while true {
                    let conversion = try await fixture.conversion(id)
                    if conversion.state == .ready { break }
                    // Only while it waits, so that no lease runs out.
                    if conversion.step == "queued" {
                        await fixture.clock.untilSomebodySleeps(for: 2)
                        fixture.clock.advance(by: 2)
                    }
                }
                let conversion = try await fixture.conversion(id)
                #expect(conversion.runtime == .onnx && conversion.error == nil && conversion.attempts >= 2)
            }
        }
    }

    @Test func `a registry that refuses the server is tried again, and named`() async throws {
        let registry = try RegistryProcess(.basic)
        try await ConversionFixture.with(script: Self.good, registry.host) { fixture in
            let id = try await fixture.upload(isStored: false)
            try await fixture.running {
                while try await fixture.conversion(id).error == nil { await Task.yield() }
                let conversion = try await fixture.conversion(id)
                #expect(conversion.state == .attemptingNative && conversion.file == nil)
            }
        }
    }

    @Test func `a server without room for the file makes a container of it`() async throws {
        try await ConversionFixture.with(script: Self.good, spool: "/nonexistent") { fixture in
            let id = try await fixture.upload()
            try await fixture.running {
                let conversion = try await fixture.until(.ready, id)
                #expect(conversion.runtime == .flight)
                #expect(conversion.reason?.hasPrefix("this server has no room for the conversion") == true)
            }
        }
    }

    @Test func `after a graceful shutdown the next server converts`() async throws {
        try await ConversionFixture.with(script: Self.endless) { fixture in
            let id = try await fixture.upload()
            try await fixture.running { _ = try await fixture.until(.attemptingNative, id) }
            try fixture.replaceScript(Self.good)
            try await fixture.running {
                fixture.clock.advance(by: 2)
                let conversion = try await fixture.until(.ready, id)
                #expect(conversion.runtime == .onnx && conversion.attempts == 1)
            }
        }
    }
}

/// Digests that came in another task.
private final class Noted: Sendable {
    let digests = Mutex<[Digest]>([])
}
