import Domain
import Foundation
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import Registry

/// Streams of unknown or known digest into the real registry, in both modes.
@Suite(.timeLimit(.minutes(4))) struct UploadTests {
    private func repository(_ client: RegistryClient) -> RepositoryName {
        RepositoryName(unchecked: "\(client.settings.repositoryPrefix)/models/1/m")
    }

    private func settings(_ mode: RegistrySettings.UploadMode) throws -> RegistrySettings {
        var settings = try TestRegistry.settings()
        settings.uploadMode = mode
        return settings
    }

    /// Of a registry that is the test's own, on whose disk it can look.
    private func settings(_ mode: RegistrySettings.UploadMode, of registry: RegistryProcess) throws -> RegistrySettings
    {
        var settings = try RegistrySettings(host: registry.host, repositoryPrefix: "drover", plainHTTP: true)
        settings.uploadMode = mode
        return settings
    }

    /// Chunks of uneven size that make up `bytes`.
    private func chunks(_ bytes: [UInt8]) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: 70_001).map { Array(bytes[$0..<min($0 + 70_001, bytes.count)]) }
    }

    @Test(arguments: RegistrySettings.UploadMode.allCases, [0, 5, 2_500_000])
    func `a stream becomes a blob with its digest`(mode: RegistrySettings.UploadMode, count: Int) async throws {
        try await TestRegistry.withClient(settings(mode)) { client async throws in
            let bytes = sampleBytes(count)
            let blob = try await client.upload(ByteStream(chunks(bytes)), to: repository(client))
            #expect(blob == UploadedBlob(digest: Digest(hashing: bytes), size: Int64(count), wasSent: true))
            #expect(try await client.read(repository(client), blob.digest) == bytes)
        }
    }

    @Test(arguments: RegistrySettings.UploadMode.allCases)
    func `a stream of known length and digest is sent once`(mode: RegistrySettings.UploadMode) async throws {
        try await TestRegistry.withClient(settings(mode)) { client async throws in
            let bytes = sampleBytes(900_000)
            let digest = Digest(hashing: bytes)
            let source = ByteStream(chunks(bytes))
            let repository = repository(client)
            let first = try await client.upload(source, length: 900_000, expected: digest, to: repository)
            #expect(first.wasSent)
            let second = try await client.upload(source, length: 900_000, expected: digest, to: repository)
            #expect(second == UploadedBlob(digest: digest, size: 900_000, wasSent: false))
            // A blob that is there does not excuse other bytes …
            await #expect {
                try await client.upload(ByteStream([[1, 2, 3]]), expected: digest, to: repository)
            } throws: {
                ($0 as? RegistryError)?.code == .digestMismatch
            }
            // … unless the caller does not want them read.
            let unread = ByteStream([], fails: true)
            #expect(
                try await client.upload(unread, expected: digest, whenPresent: .trust, to: repository).size == 900_000)
        }
    }

    @Test(arguments: RegistrySettings.UploadMode.allCases)
    func `a stream of known length and digest needs no spool`(mode: RegistrySettings.UploadMode) async throws {
        let memory = MemoryRegistry()
        try await ScriptedServer.run({ request, _ in memory.answer(request) }) { server in
            var settings = try RegistrySettings(host: server.host, plainHTTP: true)
            settings.uploadMode = mode
            // There is nothing to spool.
            settings.spool.directory = "/nowhere"
            try await TestRegistry.withClient(settings) { client async throws in
                let (bytes, repository) = (sampleBytes(300_000), RepositoryName(unchecked: "a/b"))
                let blob = try await client.upload(
                    ByteStream(chunks(bytes)), length: 300_000, expected: Digest(hashing: bytes), to: repository)
                #expect(blob == UploadedBlob(digest: Digest(hashing: bytes), size: 300_000, wasSent: true))
                let parts = mode == .stream ? ["PATCH", "PUT"] : ["PUT"]
                #expect(server.requests.map(\.method) == ["HEAD", "POST"] + parts)
                let carrier = try #require(server.requests.dropFirst(2).first)
                #expect(carrier.headers.first(name: "Content-Length") == (mode == .stream ? nil : "300000"))
                #expect(carrier.body == bytes)
            }
        }
    }

    /// Takes every PUT without a look at its digest; `nil` when the request did not come to its end.
    private func careless(_ source: Thoughtful, _ digest: Digest)
        async throws -> (error: (any Error)?, taken: [UInt8]?)
    {
        try await ScriptedServer.run({ request, _ in
            switch request.method {
            case "HEAD": .status(404)
            case "POST": .status(202, [("Location", "/upload")])
            default: .status(201)
            }
        }) { server in
            var settings = try RegistrySettings(host: server.host, plainHTTP: true)
            settings.uploadMode = .monolithic
            return try await TestRegistry.withClient(settings) { client in
                var failure: (any Error)?
                do {
                    _ = try await client.upload(
                        source, length: 200_000, expected: digest, to: RepositoryName(unchecked: "a/b"))
                } catch { failure = error }
                return (failure, server.requests.first { $0.method == "PUT" }?.body)
            }
        }
    }

    @Test func `a PUT is not completed with other bytes, nor before the source has its last word`() async throws {
        let bytes = sampleBytes(200_000)
        let good = try await careless(Thoughtful(bytes: bytes, refuses: false), Digest(hashing: bytes))
        #expect(good.error == nil && good.taken == bytes)
        let other = try await careless(Thoughtful(bytes: bytes, refuses: false), Digest(hashing: [1] as [UInt8]))
        #expect((other.error as? RegistryError)?.code == .digestMismatch && other.taken == nil)
        let refused = try await careless(Thoughtful(bytes: bytes, refuses: true), Digest(hashing: bytes))
        #expect(refused.error is Thoughtful.Refused && refused.taken == nil)
    }

    @Test func `a PUT whose answer was lost left its blob`() async throws {
        let choose: FaultProxy.Choice = { $0.method == .PUT ? .lostAnswer : nil }
        try await FaultProxy.run(before: TestRegistry.host, choose) { proxy in
            var settings = try TestRegistry.settings(host: proxy.host)
            settings.credentials = .init(username: FaultProxy.username, password: Secret(FaultProxy.password))
            settings.uploadMode = .monolithic
            try await TestRegistry.withClient(settings, clock: RecordingClock()) { client async throws in
                let bytes = sampleBytes(300_000)
                let blob = try await client.upload(
                    ByteStream(chunks(bytes)), length: 300_000, expected: Digest(hashing: bytes), to: repository(client)
                )
                #expect(blob.wasSent && proxy.played == [.lostAnswer: 1])
            }
        }
    }

    /// Hands everything over, and then has something to do before it says that there is no more.
    struct Thoughtful: AsyncSequence, Sendable {
        typealias Element = ByteBuffer
        struct Refused: Error {}
        let bytes: [UInt8]
        let refuses: Bool

        func makeAsyncIterator() -> Iterator { Iterator(left: bytes, refuses: refuses) }

        struct Iterator: AsyncIteratorProtocol {
            var left: [UInt8]?
            let refuses: Bool
            mutating func next() async throws -> ByteBuffer? {
                if let bytes = left {
                    left = nil
                    return ByteBuffer(bytes: bytes)
                }
                _ = Digest(hashing: [UInt8](repeating: 0, count: 100 << 20))
                if refuses { throw Refused() }
                return nil
            }
        }
    }

    @Test func `a source may think for a while after its last byte, and still refuse`() async throws {
        try await TestRegistry.withClient(settings(.stream)) { client async throws in
            let (bytes, repository) = (sampleBytes(200_000), repository(client))
            let blob = try await client.upload(
                Thoughtful(bytes: bytes, refuses: false), length: 200_000, to: repository)
            #expect(blob.digest == Digest(hashing: bytes))
            let other = sampleBytes(200_001)
            await #expect(throws: Thoughtful.Refused.self) {
                try await client.upload(Thoughtful(bytes: other, refuses: true), length: 200_001, to: repository)
            }
            #expect(try await client.blobExists(repository, Digest(hashing: other)) == nil)
        }
    }

    struct Bad: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var length: Int64?
        var expected: Digest?
        var fails = false
        let code: RegistryError.Code?
    }
    static let bad = [
        Bad(testDescription: "other bytes than announced", expected: Digest(hashing: [0]), code: .digestMismatch),
        Bad(testDescription: "too few bytes", length: 300_001, code: .lengthMismatch),
        Bad(testDescription: "too many bytes", length: 299_999, code: .lengthMismatch),
        Bad(testDescription: "source fails, length unknown", fails: true, code: nil),
        Bad(testDescription: "source fails, length known", length: 300_001, fails: true, code: nil),
        Bad(
            testDescription: "source fails, length and digest known", length: 300_001, expected: Digest(hashing: [0]),
            fails: true, code: nil),
    ]

    @Test(arguments: RegistrySettings.UploadMode.allCases, bad)
    func `a bad stream leaves no blob`(mode: RegistrySettings.UploadMode, _ bad: Bad) async throws {
        let registry = try RegistryProcess()
        try await TestRegistry.withClient(settings(mode, of: registry)) { client async throws in
            let bytes = sampleBytes(300_000)
            let source = ByteStream(chunks(bytes), fails: bad.fails)
            await #expect {
                try await client.upload(source, length: bad.length, expected: bad.expected, to: repository(client))
            } throws: { error in
                bad.code.map { (error as? RegistryError)?.code == $0 } ?? (error is ByteStream.Broken)
            }
            #expect(try await client.blobExists(repository(client), Digest(hashing: bytes)) == nil)
        }
        // A PUT of announced length can't end before that, and docker-registry then forgets where the session was.
        if mode == .stream || bad.length == nil || bad.expected == nil { #expect(registry.unfinishedBytes == 0) }
    }

    @Test(arguments: [nil, 40_000_000] as [Int64?], [nil, Digest(hashing: [0])])
    func `a large stream that is refused on its way leaves no bytes`(length: Int64?, expected: Digest?) async throws {
        let registry = try RegistryProcess()
        try await TestRegistry.withClient(settings(.stream, of: registry)) { client async throws in
            let source = ByteStream(Array(repeating: sampleBytes(1 << 20), count: 20), fails: true)
            await #expect(throws: ByteStream.Broken.self) {
                try await client.upload(source, length: length, expected: expected, to: repository(client))
            }
        }
        #expect(registry.unfinishedBytes == 0)
    }

    @Test func `a spool file has a limit and a directory that must exist`() async throws {
        var settings = try settings(.monolithic)
        settings.spool.limitBytes = 100_000
        try await TestRegistry.withClient(settings) { client in
            for length in [nil, Int64(100_001)] {
                await #expect {
                    try await client.upload(
                        ByteStream(chunks(sampleBytes(100_001))), length: length, to: repository(client))
                } throws: {
                    ($0 as? RegistryError)?.code == .tooLarge
                }
            }
            _ = try await client.upload(ByteStream(chunks(sampleBytes(100_000))), to: repository(client))
        }
        settings.spool.directory = "/nonexistent"
        try await TestRegistry.withClient(settings) { client in
            await #expect { try await client.upload(ByteStream([[1]]), to: repository(client)) } throws: {
                ($0 as? RegistryError)?.code == .localFile
            }
        }
    }

    @Test(arguments: RegistrySettings.UploadMode.allCases)
    func `a cancelled upload ends and leaves no blob`(mode: RegistrySettings.UploadMode) async throws {
        let registry = try RegistryProcess()
        try await TestRegistry.withClient(settings(mode, of: registry)) { client async throws in
            let bytes = sampleBytes(1_000_000)
            let source = WaitingSource(bytes)
            let repository = repository(client)
            let upload = Task { try await client.upload(source, to: repository) }
            await source.reachedEnd()
            upload.cancel()
            await #expect(throws: (any Error).self) { try await upload.value }
            #expect(try await client.blobExists(repository, Digest(hashing: bytes)) == nil)
        }
        #expect(registry.unfinishedBytes == 0)
    }

    @Test func `a refused upload stops reading a source that has nothing more yet`() async throws {
        try await ScriptedServer.run(
            early: .PATCH,
            { request, _ in
                request.method == "POST"
                    ? .status(202, [("Location", "/upload")]) : .status(403, [], #"{"errors":[{"code":"DENIED"}]}"#)
            }
        ) { server in
            let settings = try RegistrySettings(host: server.host, plainHTTP: true)
            try await TestRegistry.withClient(settings) { client async throws in
                let source = WaitingSource(sampleBytes(1000))
                await #expect {
                    try await client.upload(source, length: 1000, to: RepositoryName(unchecked: "a/b"))
                } throws: {
                    ($0 as? RegistryError)?.code == .denied
                }
            }
        }
    }
}

/// Gives its bytes and then waits: like a client that keeps the connection open and sends nothing. Ends when cancelled,
/// as an AsyncStream does.
private struct WaitingSource: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    private let stream: AsyncStream<ByteBuffer>
    private let end: AsyncStream<Void>
    private let reached: AsyncStream<Void>.Continuation
    private let feed: AsyncStream<ByteBuffer>.Continuation

    init(_ bytes: [UInt8]) {
        (stream, feed) = AsyncStream.makeStream()
        (end, reached) = AsyncStream.makeStream()
        feed.yield(ByteBuffer(bytes: bytes))
    }

    /// Returns when all bytes were taken and more was asked for.
    func reachedEnd() async { for await _ in end { return } }

    func makeAsyncIterator() -> Iterator { Iterator(base: stream.makeAsyncIterator(), reached: reached, feed: feed) }

    struct Iterator: AsyncIteratorProtocol {
        var base: AsyncStream<ByteBuffer>.AsyncIterator
        let reached: AsyncStream<Void>.Continuation
        /// Held so that the stream does not end by itself.
        let feed: AsyncStream<ByteBuffer>.Continuation
        var count = 0

        mutating func next() async -> ByteBuffer? {
            if count > 0 { reached.yield() }
            count += 1
            return await base.next()
        }
    }
}
