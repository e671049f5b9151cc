import Auth
import Domain
import Foundation
import Logging
import Persistence
import Registry
import TestSupport

@testable import ControlPlane

/// The parts of a real server on the test database and the test registry, without sockets of its own.
struct TestServer {
    let parts: Assembly.Parts
    let registry: RegistryClient
    static let email = "root@example.com"
    static let password = "correct horse battery"

    var services: Services { parts.services }

    /// Runs the body with a server; a fresh sealing key each time needs a database of the test's own.
    static func with<R>(time: any TimeSource = SystemTime(), _ body: (TestServer) async throws -> R) async throws -> R {
        let registry = try RegistryClient(settings: try TestRegistry.settings())
        do {
            var settings = ServerSettings(
                database: Secret(""), registry: registry.settings,
                sealing: SealingKeyring(try SealingKey(Secret(SeededRandom(seed: 3).bytes(32)))),
                publicURL: "http://localhost:8080", api: .init(host: "127.0.0.1", port: 0),
                edge: .init(host: "127.0.0.1", port: 0), opsCenterHost: "localhost:8443", edgeHosts: ["localhost"],
                trustDomain: "example.org", engineURL: "registry.example.org/engine:1", maxUploadBytes: 1 << 20)
            settings.firstAdministrator = .init(
                email: Email(unchecked: email), password: try Password(Secret(password)))
            let assembly = Assembly(
                settings: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, time: time,
                random: SystemRandom())
            let parts = try await assembly.services(
                database: TestDatabase.current, registry: registry, wakeUp: WakeUp())
            let result = try await body(TestServer(parts: parts, registry: registry))
            try await registry.shutdown()
            return result
        } catch {
            try? await registry.shutdown()
            throw error
        }
    }

    /// An access token of the administrator.
    func token() async throws -> String {
        let body = "grant_type=password&client_id=sdk-client&username=\(Self.email)&password=correct%20horse%20battery"
        let answer = try await services.sessions.token(for: try TokenRequest(formBody: Array(body.utf8)))
        return answer.accessToken.reveal()
    }
}
