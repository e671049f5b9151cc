import Domain
import Foundation
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@testable import Registry

/// Credentials: Basic against docker-registry, Bearer against a scripted registry and token server.
@Suite(.timeLimit(.minutes(4))) struct RegistryAuthTests {
    private let repository = RepositoryName(unchecked: "a/b")

    private func settings(_ host: String, password: String) throws -> RegistrySettings {
        try RegistrySettings(
            host: host, plainHTTP: true,
            credentials: .init(username: RegistryProcess.username, password: Secret(password)))
    }

    @Test func `Basic credentials open the registry, wrong ones are refused once`() async throws {
        let registry = try RegistryProcess(.basic)
        try await TestRegistry.withClient(settings(registry.host, password: RegistryProcess.password)) { client in
            try await client.ping()
            let bytes = sampleBytes(1_000_000)
            let blob = try await client.upload(ByteStream([bytes]), length: 1_000_000, to: repository)
            #expect(try await client.read(repository, blob.digest) == bytes)
        }
        try await TestRegistry.withClient(settings(registry.host, password: "hunter2")) { client in
            do throws(RegistryError) {
                try await client.ping()
                Issue.record("let in")
            } catch {
                #expect(error.code == .unauthorized)
                for text in [error.description, error.debugDescription] {
                    #expect(!text.contains("hunter2") && !text.contains("127.0.0.1"))
                }
            }
        }
        try await TestRegistry.withClient(RegistrySettings(host: registry.host, plainHTTP: true)) { client in
            await #expect { try await client.ping() } throws: { ($0 as? RegistryError)?.code == .unauthorized }
        }
    }

    /// A registry that wants tokens, in front of one in memory.
    private final class TokenRegistry: Sendable {
        let memory = MemoryRegistry()
        let realm = Mutex("")
        let valid = Mutex<Set<String>>([])
        let issued = Mutex(0)

        func answer(_ request: SeenRequest) -> ScriptedAnswer {
            if request.path == "/token" {
                guard request.authorization?.hasPrefix("Basic ") == true else { return .status(401) }
                let token = issued.withLock { count in
                    count += 1
                    return "t\(count)"
                }
                valid.withLock { _ = $0.insert(token) }
                return .status(200, [], #"{"access_token":"\#(token)","expires_in":300}"#)
            }
            let token = request.authorization.map { String($0.dropFirst("Bearer ".count)) } ?? ""
            guard valid.withLock({ $0.contains(token) }) else {
                let challenge = #"Bearer realm="\#(realm.withLock { $0 })",service="s",scope="x""#
                return .status(401, [("WWW-Authenticate", challenge)])
            }
            return memory.answer(request)
        }
    }

    @Test func `a token is fetched once for all requests of an upload, before the bytes`() async throws {
        let registry = TokenRegistry()
        try await ScriptedServer.run({ request, _ in registry.answer(request) }) { server in
            registry.realm.withLock { $0 = "http://\(server.host)/token?account=x" }
            try await TestRegistry.withClient(settings(server.host, password: "p")) { client in
                _ = try await client.upload(ByteStream([[1, 2, 3]]), to: repository)
                #expect(
                    server.requests.map { "\($0.method) \($0.path)" }.prefix(3) == [
                        "POST /v2/a/b/blobs/uploads/", "GET /token", "POST /v2/a/b/blobs/uploads/",
                    ])
                let token = server.requests[1]
                #expect(token.query == ["account": "x", "service": "s", "scope": "repository:a/b:pull,push"])
                #expect(server.requests.filter { $0.path == "/token" }.count == 1)

                // A mount needs both repositories in one token.
                _ = try await client.mount(
                    RepositoryName(unchecked: "c/d"), Digest(hashing: [1, 2, 3] as [UInt8]), from: repository)
                let scopes = server.requests.last { $0.path == "/token" }?.uri ?? ""
                #expect(scopes.contains("scope=repository:a/b:pull&scope=repository:c/d:pull,push"))
            }
        }
    }

    @Test func `a token that the registry forgot is replaced once`() async throws {
        let registry = TokenRegistry()
        try await ScriptedServer.run({ request, _ in registry.answer(request) }) { server in
            registry.realm.withLock { $0 = "http://\(server.host)/token" }
            try await TestRegistry.withClient(settings(server.host, password: "p")) { client in
                _ = try await client.putBlob(repository, [1])
                registry.valid.withLock { $0 = [] }
                _ = try await client.putBlob(repository, [2])
                #expect(registry.issued.withLock { $0 } <= 4)
            }
        }
    }

    @Test func `a token server on plain http is refused by a registry on https`() throws {
        let settings = try RegistrySettings(
            host: "registry.example.com", credentials: .init(username: "u", password: Secret("hunter2")))
        let authenticator = Authenticator(settings, time: SystemTime())
        #expect {
            try authenticator.learn(
                from: ["WWW-Authenticate": #"Bearer realm="http://evil.example/token""#], scopes: [], operation: "x")
        } throws: {
            ($0 as? RegistryError)?.code == .protocolViolation
        }
        try authenticator.learn(
            from: ["WWW-Authenticate": #"Bearer realm="https://auth.example/token""#], scopes: [], operation: "x")
    }
}
