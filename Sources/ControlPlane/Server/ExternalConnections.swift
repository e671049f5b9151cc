import Auth
import ServiceLifecycle

/// Keeps the connections to another sign-in provider open until the server ends.
struct ExternalConnections: Service {
    let http: ProviderHTTP

    /// Returns at shutdown, when the connections are closed.
    func run() async throws {
        try? await gracefulShutdown()
        await http.shutdown()
    }
}
