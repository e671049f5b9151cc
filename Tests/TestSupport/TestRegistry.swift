import Domain
import Foundation
package import NIOCore
package import Registry
import Synchronization

/// The registry that `DROVER_TEST_REGISTRY` names (scripts/services), under a prefix of the test's own.
package enum TestRegistry {
    /// `host:port`.
    package static var host: String {
        get throws {
            guard let host = ProcessInfo.processInfo.environment["DROVER_TEST_REGISTRY"], !host.isEmpty else {
                throw Missing()
            }
            return host
        }
    }

    /// Settings with a prefix that no other test uses.
    package static func settings(host: String? = nil) throws -> RegistrySettings {
        try RegistrySettings(
            host: host ?? Self.host, repositoryPrefix: "test/\(SystemRandom().uuid().text)", plainHTTP: true)
    }

    /// Runs a test with a client and shuts it down.
    @discardableResult
    package static func withClient<Value>(
        _ settings: RegistrySettings? = nil, clock: any Clock<Duration> = ContinuousClock(),
        _ body: (RegistryClient) async throws -> Value
    ) async throws -> Value {
        let client = try RegistryClient(settings: try settings ?? Self.settings(), clock: clock)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(client))
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        return try result.get()
    }

    private struct Missing: Error, CustomStringConvertible {
        let description = "DROVER_TEST_REGISTRY is not set; run `scripts/services start DIR` and export what it prints"
    }
}

/// A clock whose sleeps end at once; it remembers them and can do something in between.
package final class RecordingClock: Clock, Sendable {
    package typealias Instant = ContinuousClock.Instant
    private let slept = Mutex<[Swift.Duration]>([])
    private let onSleep: @Sendable () throws -> Void

    /// - Parameter onSleep: runs at each sleep.
    package init(onSleep: @escaping @Sendable () throws -> Void = {}) { self.onSleep = onSleep }

    /// How long each sleep was asked to be.
    package var sleeps: [Swift.Duration] { slept.withLock { $0 } }
    package var now: Instant { ContinuousClock().now }
    package var minimumResolution: Swift.Duration { .zero }

    package func sleep(until deadline: Instant, tolerance: Swift.Duration?) async throws {
        let duration = now.duration(to: deadline)
        slept.withLock { $0.append(duration) }
        try onSleep()
    }
}

/// Bytes as a stream of buffers, which may fail or say nothing of its end.
package struct ByteStream: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer
    package struct Broken: Error, Equatable {}

    let chunks: [[UInt8]]
    let fails: Bool

    /// - Parameter fails: throw `Broken` after the last chunk.
    package init(_ chunks: [[UInt8]], fails: Bool = false) {
        self.chunks = chunks
        self.fails = fails
    }

    package func makeAsyncIterator() -> Iterator { Iterator(chunks: chunks[...], fails: fails) }

    package struct Iterator: AsyncIteratorProtocol {
        var chunks: ArraySlice<[UInt8]>
        let fails: Bool
        package mutating func next() async throws -> ByteBuffer? {
            if let chunk = chunks.popFirst() { return ByteBuffer(bytes: chunk) }
            if fails { throw Broken() }
            return nil
        }
    }
}

/// Bytes that look random and are the same in every run.
package func sampleBytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state >> 32)
    }
}
