import Domain
import Foundation
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import Registry

/// What registries do that docker-registry does not, played by a scripted server.
@Suite(.timeLimit(.minutes(4))) struct QuirksTests {
    private let repository = RepositoryName(unchecked: "a/b")
    private let digest = Digest(hashing: [1, 2, 3] as [UInt8])

    private func client<Value>(
        _ server: ScriptedServer, clock: RecordingClock = RecordingClock(), credentials: Bool = false,
        _ body: (RegistryClient) async throws -> Value
    ) async throws -> Value {
        var settings = try RegistrySettings(host: server.host, plainHTTP: true)
        if credentials { settings.credentials = .init(username: "u", password: Secret("hunter2")) }
        return try await TestRegistry.withClient(settings, clock: clock, body)
    }

    @Test(arguments: ["0", "2", "30"]) func `429 with Retry-After is waited for`(header: String) async throws {
        try await ScriptedServer.run({ _, number in
            number == 1 ? .status(429, [("Retry-After", header)]) : .status(200, [("Content-Length", "3")])
        }) { server in
            let clock = RecordingClock()
            let size = try await client(server, clock: clock) { try await $0.blobExists(repository, digest) }
            #expect(size == 3)
            #expect(clock.sleeps.count == 1)
            let wanted = Duration.seconds(try #require(Int(header)))
            #expect(clock.sleeps.allSatisfy { abs(($0 - wanted) / .seconds(1)) < 1 })
        }
    }

    @Test(arguments: ["31", "300", "Thu, 01 Jan 2099 00:00:00 GMT"])
    func `a long Retry-After is handed on instead of being slept through`(header: String) async throws {
        try await ScriptedServer.run({ _, _ in .status(429, [("Retry-After", header)]) }) { server in
            let clock = RecordingClock()
            await #expect {
                _ = try await client(server, clock: clock) { try await $0.blobExists(repository, digest) }
            } throws: {
                let error = $0 as? RegistryError
                return error?.code == .tooMany && error.map { ($0.retryAfter ?? .zero) > .seconds(30) } == true
            }
            #expect(clock.sleeps.isEmpty && server.requests.count == 1)
        }
    }

    /// GHCR's answer to a large PATCH, Google's to any, that of a proxy with a limit of bodies; and ECR's, which takes it
    /// and says that it took other bytes.
    @Test(arguments: [
        ScriptedAnswer.status(416), .status(405), .status(501), .status(413), .status(400),
        .status(201, [("Location", "/upload"), ("Range", "0-99")]),
    ])
    func `a registry that takes no streams is told from one that is broken`(answer: ScriptedAnswer) async throws {
        try await ScriptedServer.run({ request, _ in
            switch request.method {
            case "POST": .status(202, [("Location", "/upload")])
            case "PATCH": answer
            default: .status(204)
            }
        }) { server in
            await #expect {
                _ = try await client(server) { try await $0.upload(ByteStream([sampleBytes(5000)]), to: repository) }
            } throws: {
                let error = $0 as? RegistryError
                return error?.code == .noStreams && error?.reason.contains("oci.upload.mode") == true
                    && error?.isTransient == false
            }
        }
    }

    @Test(arguments: [500, 502, 503, 504, 408]) func `a passing failure is tried again`(status: Int) async throws {
        try await ScriptedServer.run({ _, number in number < 4 ? .status(status) : .status(404) }) { server in
            let size = try await client(server) { try await $0.blobExists(repository, digest) }
            #expect(size == nil)
            #expect(server.requests.count == 4)
        }
    }

    @Test func `a lasting failure ends after six tries`() async throws {
        try await ScriptedServer.run({ _, _ in .status(503, [], #"{"errors":[{"code":"UNAVAILABLE"}]}"#) }) { server in
            let clock = RecordingClock()
            await #expect {
                try await client(server, clock: clock) { try await $0.manifestDigest(repository, Tag(unchecked: "t")) }
            } throws: {
                ($0 as? RegistryError)?.code == .unavailable && ($0 as? RegistryError)?.status == 503
            }
            #expect(server.requests.count == 6)
            #expect(clock.sleeps.count == 5)
        }
    }

    struct Refused: CustomTestStringConvertible, Sendable {
        let status: Int
        let registryCode: String
        let code: RegistryError.Code
        var testDescription: String { "\(status) \(registryCode)" }
    }
    static let refusals = [
        Refused(status: 400, registryCode: "MANIFEST_BLOB_UNKNOWN", code: .manifestInvalid),
        Refused(status: 400, registryCode: "MANIFEST_INVALID", code: .manifestInvalid),
        Refused(status: 400, registryCode: "DIGEST_INVALID", code: .digestMismatch),
        Refused(status: 403, registryCode: "DENIED", code: .denied),
        Refused(status: 404, registryCode: "NAME_UNKNOWN", code: .notFound),
        Refused(status: 405, registryCode: "UNSUPPORTED", code: .unsupported),
        Refused(status: 413, registryCode: "", code: .tooLarge),
        Refused(status: 418, registryCode: "TEAPOT", code: .protocolViolation),
    ]

    @Test(arguments: refusals) func `the registry's own codes are decoded`(_ refused: Refused) async throws {
        let body = #"{"errors":[{"code":"\#(refused.registryCode)","message":"secret-name","detail":{"x":1}}]}"#
        try await ScriptedServer.run({ _, _ in .status(refused.status, [], body) }) { server in
            let manifest = EncodedManifest(bytes: [1], mediaType: .imageManifest)
            do {
                try await client(server) { try await $0.putManifest(repository, .tag(Tag(unchecked: "t")), manifest) }
                Issue.record("not refused")
            } catch let error as RegistryError {
                #expect(error.code == refused.code)
                #expect(error.status == refused.status)
                #expect(error.details.first?.code == refused.registryCode)
                #expect(!error.description.contains("secret-name"))
                #expect(error.debugDescription.contains("secret-name"))
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a relative Location with a query is followed, and kept when the digest is added`() async throws {
        let memory = MemoryRegistry()
        try await ScriptedServer.run({ request, _ in memory.answer(request) }) { server in
            let bytes = sampleBytes(200_000)
            let blob = try await client(server) { try await $0.upload(ByteStream([bytes]), to: repository) }
            #expect(blob.digest == Digest(hashing: bytes))
            #expect(server.requests.map(\.method) == ["POST", "PATCH", "PUT"])
            #expect(server.requests.last?.query["state"] == "a/b")
        }
    }

    @Test func `a redirect to another host loses Authorization`() async throws {
        let blob: [UInt8] = [1, 2, 3]
        try await ScriptedServer.run({ _, _ in ScriptedAnswer(status: 200, body: blob) }) { other in
            let elsewhere = "http://\(other.host)/storage/x"
            try await ScriptedServer.run({ request, _ in
                request.authorization == nil
                    ? .status(401, [("WWW-Authenticate", "Basic realm=x")]) : .status(307, [("Location", elsewhere)])
            }) { server in
                let bytes = try await client(server, credentials: true) { try await $0.read(repository, digest) }
                #expect(bytes == blob)
                #expect(server.requests.map { $0.authorization != nil } == [false, true])
                #expect(other.requests.map(\.authorization) == [nil])
            }
        }
    }

    @Test func `an upload Location on another host gets the bytes but not the credentials`() async throws {
        let memory = MemoryRegistry()
        try await ScriptedServer.run({ request, _ in memory.answer(request) }) { other in
            let target = "http://\(other.host)"
            try await ScriptedServer.run({ request, _ in
                if request.authorization == nil { return .status(401, [("WWW-Authenticate", "Basic realm=x")]) }
                var answer = memory.answer(request)
                answer.headers = answer.headers.map { $0.0 == "Location" ? ("Location", target + $0.1) : $0 }
                return answer
            }) { server in
                let blob = try await client(server, credentials: true) {
                    try await $0.upload(ByteStream([[1, 2, 3]]), to: repository)
                }
                #expect(blob.digest == digest)
                #expect(other.requests.map(\.method) == ["PATCH", "PUT"])
                #expect(other.requests.allSatisfy { $0.authorization == nil })
            }
        }
    }

    @Test func `a header with another digest is asked for again and never believed, an absent one accepted`()
        async throws
    {
        let other = "sha256:\(String(repeating: "0", count: 64))"
        let manifest = EncodedManifest(bytes: Array("{}".utf8), mediaType: .imageManifest)
        try await ScriptedServer.run({ _, number in
            number < 9 ? .status(201, [("Docker-Content-Digest", other)]) : .status(201)
        }) { server in
            try await client(server) { client in
                await #expect {
                    try await client.putManifest(repository, .digest(manifest.digest), manifest)
                } throws: {
                    ($0 as? RegistryError)?.code == .headerMismatch && ($0 as? RegistryError)?.isTransient == true
                }
                #expect(server.requests.count == 6)
                try await client.putManifest(repository, .digest(manifest.digest), manifest)
                #expect(server.requests.count == 9)
            }
        }
    }

    @Test func `a manifest with other bytes than its digest's is refused at once, whatever the header says`()
        async throws
    {
        let asked = digest.description
        try await ScriptedServer.run({ _, _ in .status(200, [("Docker-Content-Digest", asked)], "{}") }) { server in
            await #expect {
                try await client(server) { try await $0.getManifest(repository, .digest(digest)) }
            } throws: {
                ($0 as? RegistryError)?.code == .digestMismatch
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a blob with other bytes is refused at its end`() async throws {
        try await ScriptedServer.run({ _, _ in .status(200, [], "other bytes") }) { server in
            await #expect { try await client(server) { try await $0.read(repository, digest) } } throws: {
                ($0 as? RegistryError)?.code == .digestMismatch
            }
        }
    }

    @Test func `whoever was sent to another host and comes back goes without credentials`() async throws {
        let home = Mutex("")
        try await ScriptedServer.run({ _, _ in
            .status(307, [("Location", "http://\(home.withLock { $0 })/v2/a/b/manifests/back")])
        }) { other in
            let elsewhere = "http://\(other.host)/x"
            try await ScriptedServer.run({ request, _ in
                request.authorization == nil
                    ? .status(401, [("WWW-Authenticate", "Basic realm=x")]) : .status(307, [("Location", elsewhere)])
            }) { server in
                home.withLock { $0 = server.host }
                await #expect {
                    try await client(server, credentials: true) {
                        try await $0.getManifest(repository, .tag(Tag(unchecked: "t")))
                    }
                } throws: {
                    ($0 as? RegistryError)?.code == .unauthorized
                }
                let back = server.requests.filter { $0.path.hasSuffix("/back") }
                #expect(back.map(\.authorization) == [nil])
            }
        }
    }

    @Test func `no other host is told of a change`() async throws {
        try await ScriptedServer.run({ _, _ in .status(201) }) { other in
            let elsewhere = "http://\(other.host)/x"
            try await ScriptedServer.run({ _, _ in .status(307, [("Location", elsewhere)]) }) { server in
                let manifest = EncodedManifest(bytes: [1], mediaType: .imageManifest)
                await #expect {
                    try await client(server) {
                        try await $0.putManifest(repository, .digest(manifest.digest), manifest)
                    }
                } throws: {
                    ($0 as? RegistryError)?.code == .protocolViolation
                }
                #expect(other.requests.isEmpty)
            }
        }
    }

    @Test func `a media type is known with its parameters`() async throws {
        let type = "application/vnd.oci.image.index.v1+json ; charset=utf-8"
        try await ScriptedServer.run({ _, _ in .status(200, [("Content-Type", type)], "{}") }) { server in
            let manifest = try await client(server) {
                try await $0.getManifest(repository, .tag(Tag(unchecked: "t")))
            }
            #expect(manifest?.mediaType == .imageIndex)
        }
    }

    @Test func `redirects in a circle end`() async throws {
        try await ScriptedServer.run({ request, _ in .status(307, [("Location", request.uri)]) }) { server in
            await #expect { try await client(server) { try await $0.blobExists(repository, digest) } } throws: {
                ($0 as? RegistryError)?.code == .protocolViolation
            }
            #expect(server.requests.count < 20)
        }
    }

    @Test func `a streamed body is never sent twice`() async throws {
        let memory = MemoryRegistry()
        try await ScriptedServer.run({ request, _ in
            request.method == "PATCH" ? .status(503, [("Retry-After", "0")]) : memory.answer(request)
        }) { server in
            await #expect {
                try await client(server) { try await $0.upload(ByteStream([[1, 2, 3]]), to: repository) }
            } throws: {
                ($0 as? RegistryError)?.code == .unavailable
            }
            #expect(server.requests.map(\.method) == ["POST", "PATCH", "DELETE"])
        }
    }

    @Test func `a lost session of a restartable blob is opened again`() async throws {
        let memory = MemoryRegistry()
        let puts = Mutex(0)
        try await ScriptedServer.run({ request, _ in
            if request.method == "PUT",
                puts.withLock({
                    $0 += 1; return $0
                }) == 1
            {
                return .status(404, [], #"{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}"#)
            }
            return memory.answer(request)
        }) { server in
            let outcome = try await client(server) { try await $0.putBlob(repository, [1, 2, 3]) }
            #expect(outcome == .sent)
            #expect(server.requests.filter { $0.method == "POST" }.count == 2)
        }
    }
}
