import Auth
package import Domain
import FoundationEssentials
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import Persistence
import Registry
import ServiceLifecycle
import Synchronization
import UnixSignals

/// The control plane as a process: connects, makes what is missing (keys, first administrator), serves both ports and
/// publishes, until it is told to stop; then requests in hand are finished, and the database is closed last.
package struct DroverServer: Sendable {
    private let settings: ServerSettings
    private let logger: Logger
    private let time: any TimeSource
    private let random: any RandomSource

    /// Where the server listens, once it does.
    package struct Ports: Sendable {
        package let api: Int
        package let edge: Int
    }

    package init(
        _ settings: ServerSettings, logger: Logger, time: any TimeSource = SystemTime(),
        random: any RandomSource = SystemRandom()
    ) {
        self.settings = settings
        self.logger = logger
        self.time = time
        self.random = random
    }

    /// Serves until SIGTERM or SIGINT, or until the task is cancelled.
    /// - Parameters:
    ///   - onServing: called when the first port accepts requests: from now on signals end the server in order.
    ///   - onReady: called once, when both ports accept requests.
    /// - Throws: `DatabaseError` when the database can't be reached within a minute; `AuthError` when the sealing key is
    ///   not the instance's; `Refusal` for settings that don't work.
    package func run(
        onServing: @escaping @Sendable () -> Void = {}, onReady: @escaping @Sendable (Ports) -> Void = { _ in }
    ) async throws {
        let database = self.database()
        let registry = try RegistryClient(settings: settings.registry, time: time, random: random, logger: logger)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await database.run() }
                try await database.waitUntilReady(within: .seconds(60))
                let wakeUp = WakeUp()
                let parts = try await Assembly(settings: settings, logger: logger, time: time, random: random)
                    .services(database: database, registry: registry, wakeUp: wakeUp)
                try await serve(parts, BoundPorts(onServing, onReady))
                group.cancelAll()
            }
        } catch {
            try? await registry.shutdown()
            throw error
        }
        try await registry.shutdown()
    }

    private func database() -> Database {
        var database = DatabaseSettings(conninfo: settings.database)
        database.pipelinedConnections = settings.pipelinedConnections
        database.leasedConnections = settings.leasedConnections
        return Database(database, logger: logger, random: random)
    }

    private func serve(_ parts: Assembly.Parts, _ ports: BoundPorts) async throws {
        let api = Application(
            router: Routers.api(parts.services),
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [LargeReadsHandler(), ContinueHandler(), StalledAnswerHandler()],
                    idleTimeout: .seconds(75))),
            configuration: configuration(settings.api), onServerRunning: { ports.set(api: $0) }, logger: quiet)
        let edge = Application(
            router: Routers.edgePort(parts.services), server: parts.edgeServer,
            configuration: configuration(settings.edge),
            onServerRunning: { ports.set(edge: $0) }, logger: quiet)
        // Shut down from the last to the first, one at a time: publishes go to other replicas before anybody is waited for.
        let external = [parts.externalHTTP].compactMap { $0 as (any Service)? }
        var lifecycle = ServiceGroupConfiguration(
            services: external
                + [
                    parts.userNotices, parts.signingKeyKeeper, api, edge, parts.sweeper, parts.publishWorker,
                    parts.conversionWorker,
                ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
        // Requests in hand are finished, but a client that sends nothing must not hold the process.
        lifecycle.maximumGracefulShutdownDuration = .seconds(20)
        let group = ServiceGroup(configuration: lifecycle)
        try await group.run()
    }

    private func configuration(_ listener: ServerSettings.Listener) -> ApplicationConfiguration {
        ApplicationConfiguration(address: .hostname(listener.host, port: listener.port), serverName: nil)
    }

    /// The frameworks' own chatter is for debugging.
    private var quiet: Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .notice)
        return logger
    }
}

/// Collects the two ports and reports them when both are known.
private final class BoundPorts: Sendable {
    private struct State {
        var api: Int?
        var edge: Int?
    }
    private let state = Mutex(State())
    private let onServing: @Sendable () -> Void
    private let onReady: @Sendable (DroverServer.Ports) -> Void

    init(_ onServing: @escaping @Sendable () -> Void, _ onReady: @escaping @Sendable (DroverServer.Ports) -> Void) {
        self.onServing = onServing
        self.onReady = onReady
    }

    func set(api channel: any Channel) { set { $0.api = channel.localAddress?.port } }
    func set(edge channel: any Channel) { set { $0.edge = channel.localAddress?.port } }

    private func set(_ change: (inout State) -> Void) {
        onServing()
        let both = state.withLock { state -> DroverServer.Ports? in
            change(&state)
            guard let api = state.api, let edge = state.edge else { return nil }
            return DroverServer.Ports(api: api, edge: edge)
        }
        if let both { onReady(both) }
    }
}
