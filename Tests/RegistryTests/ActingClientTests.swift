import Domain
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Registry

/// Clients that act with other credentials over the connections of one.
@Suite(.timeLimit(.minutes(4))) struct ActingClientTests {
    private let repository = RepositoryName(unchecked: "a/b")

    private static func credentials(_ name: String, _ password: String) -> RegistrySettings.Credentials {
        .init(username: name, password: Secret(password))
    }

    @Test func `Basic credentials of somebody else open the registry, and wrong ones are theirs`() async throws {
        let registry = try RegistryProcess(.basic)
        let settings = try RegistrySettings(host: registry.host, plainHTTP: true)
        try await TestRegistry.withClient(settings) { client in
            let right = client.acting(
                with: Self.credentials(RegistryProcess.username, RegistryProcess.password))
            let wrong = client.acting(with: Self.credentials(RegistryProcess.username, "hunter2"))
            for _ in 0..<2 {
                try await right.ping()
                let bytes = sampleBytes(100_000)
                let blob = try await right.upload(ByteStream([bytes]), to: repository)
                #expect(try await right.read(repository, blob.digest) == bytes)
                for (other, code) in [(wrong, RegistryError.Code.credentialsRefused), (client, .unauthorized)] {
                    do throws(RegistryError) {
                        _ = try await other.blobExists(repository, blob.digest)
                        Issue.record("let in")
                    } catch {
                        #expect(error.code == code && !error.isTransient)
                        #expect(!error.debugDescription.contains("hunter2"))
                        #expect(
                            error.reason.contains("refuses the workspace's credentials")
                                == (code == .credentialsRefused))
                    }
                }
            }
        }
    }

    /// A registry with tokens that are for one account; it answers 403 to whoever has one and may not.
    private final class TokenRegistry: Sendable {
        let memory = MemoryRegistry()
        let realm = Mutex("")
        let issued = Mutex<[(account: String, token: String)]>([])
        let forbidden = "Basic \(Data("carol:c".utf8).base64EncodedString())"

        func answer(_ request: SeenRequest) -> ScriptedAnswer {
            if request.path == "/token" {
                let account = request.authorization ?? "nobody"
                let token = issued.withLock { issued in
                    issued.append((account, "t\(issued.count)"))
                    return issued.last?.token ?? ""
                }
                return .status(200, [], #"{"token":"\#(token)","expires_in":300}"#)
            }
            guard let account = account(of: request) else {
                return .status(401, [("WWW-Authenticate", #"Bearer realm="\#(realm.withLock { $0 })",service="s""#)])
            }
            if account == forbidden { return .status(403, [], #"{"errors":[{"code":"DENIED","message":"no"}]}"#) }
            return memory.answer(request)
        }

        /// Whose token a request carries.
        func account(of request: SeenRequest) -> String? {
            let token = request.authorization.map { String($0.dropFirst("Bearer ".count)) }
            return issued.withLock { issued in issued.first { $0.token == token }?.account }
        }
    }

    @Test func `tokens are each account's own, for the same repository and at the same time`() async throws {
        let registry = TokenRegistry()
        try await ScriptedServer.run({ request, _ in registry.answer(request) }) { server in
            registry.realm.withLock { $0 = "http://\(server.host)/token" }
            var settings = try RegistrySettings(host: server.host, plainHTTP: true)
            settings.credentials = Self.credentials("instance", "i")
            try await TestRegistry.withClient(settings) { client in
                let (ada, bob) = (
                    client.acting(with: Self.credentials("ada", "a")), client.acting(with: Self.credentials("bob", "b"))
                )
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<30 {
                        let (name, one) = [("instance", client), ("ada", ada), ("bob", bob)][number % 3]
                        group.addTask { [repository] in
                            _ = try await one.putBlob(repository, Array("\(name) \(number)".utf8))
                        }
                    }
                    try await group.waitForAll()
                }
                // The bytes say who sent them, and the token says for whom it was given.
                let sent = server.requests.filter { $0.method == "PUT" && registry.account(of: $0) != nil }
                for request in sent {
                    let name = String(decoding: request.body.prefix { $0 != 0x20 }, as: UTF8.self)
                    let pair = "\(name):\(name.prefix(1))"
                    #expect(registry.account(of: request) == "Basic \(Data(pair.utf8).base64EncodedString())")
                }
                #expect(sent.count == 30)
                // Whether or not this registry mounts.
                _ = try await ada.mount(
                    RepositoryName(unchecked: "c/d"), Digest(hashing: Array("bob 2".utf8)), from: repository)
                let mounting = try #require(server.requests.last { $0.uri.contains("mount=") })
                #expect(registry.account(of: mounting) == "Basic \(Data("ada:a".utf8).base64EncodedString())")
            }
        }
    }

    @Test func `who has a token and may not is refused as well`() async throws {
        let registry = TokenRegistry()
        try await ScriptedServer.run({ request, _ in registry.answer(request) }) { server in
            registry.realm.withLock { $0 = "http://\(server.host)/token" }
            try await TestRegistry.withClient(RegistrySettings(host: server.host, plainHTTP: true)) { client in
                let carol = client.acting(with: Self.credentials("carol", "c"))
                do throws(RegistryError) {
                    _ = try await carol.putBlob(repository, [1])
                    Issue.record("let in")
                } catch {
                    #expect(error.code == .credentialsRefused && error.status == 403)
                }
                let sent = try await client.putBlob(repository, [1])
                #expect(sent == .sent)
            }
        }
    }
}
