import Domain
import Foundation
import TestSupport
import Testing

@testable import Registry

/// The registry goes away and comes back.
@Suite(.timeLimit(.minutes(4))) struct RegistryDownTests {
    private let repository = RepositoryName(unchecked: "a/b")

    @Test func `a registry that is down is unavailable, not an error of the content`() async throws {
        let registry = try RegistryProcess()
        let settings = try RegistrySettings(host: registry.host, plainHTTP: true)
        registry.stop()
        let clock = RecordingClock()
        try await TestRegistry.withClient(settings, clock: clock) { client in
            await #expect { try await client.ping() } throws: { ($0 as? RegistryError)?.code == .unavailable }
            #expect(clock.sleeps.isEmpty, "readiness does not wait")
            await #expect { try await client.upload(ByteStream([[1]]), to: repository) } throws: {
                ($0 as? RegistryError)?.code == .unavailable
            }
            #expect(clock.sleeps.count == 5)
        }
    }

    @Test func `a request waits for a registry that restarts and loses nothing`() async throws {
        let registry = try RegistryProcess()
        let settings = try RegistrySettings(host: registry.host, plainHTTP: true)
        let bytes = sampleBytes(10_000)
        let clock = RecordingClock { try registry.restart() }
        try await TestRegistry.withClient(settings, clock: clock) { client in
            _ = try await client.putBlob(repository, bytes)
            registry.stop()
            #expect(try await client.putBlob(repository, bytes) == .exists)
            #expect(!clock.sleeps.isEmpty)
            #expect(try await client.read(repository, Digest(hashing: bytes)) == bytes)
        }
    }
}
