import AsyncHTTPClient
package import Domain
import FoundationEssentials
package import Logging
import NIOCore
import NIOHTTP1
import NIOSSL

/// Talks to one OCI registry (distribution-spec 1.1). Safe to share between tasks; must be shut down.
package final class RegistryClient: Sendable {
    package let settings: RegistrySettings
    let http: HTTPClient
    let authenticator: Authenticator
    let base: URL
    let origin: Origin
    let time: any TimeSource
    let clock: any Clock<Duration>
    let random: any RandomSource
    let logger: Logger
    /// Whether its credentials are those of somebody whom it acts for, and not those of the settings.
    let isActing: Bool

    /// - Parameters:
    ///   - time: for `Retry-After` dates and for the life of tokens.
    ///   - clock: waits between tries.
    ///   - random: jitter, and names of nothing.
    /// - Throws: `Refusal.invalid` for `oci.ca_file` when the file holds no certificates.
    package init(
        settings: RegistrySettings, time: any TimeSource = SystemTime(),
        clock: any Clock<Duration> = ContinuousClock(), random: any RandomSource = SystemRandom(),
        logger: Logger = Logger(label: "drover.registry")
    ) throws(Refusal) {
        guard let base = URL(string: settings.baseURL), let origin = Origin(base) else {
            throw .invalid("oci.registry", "host_port", "a host name or address with an optional port")
        }
        self.settings = settings
        self.base = base
        self.origin = origin
        self.time = time
        self.clock = clock
        self.random = random
        self.logger = logger
        isActing = false
        authenticator = Authenticator(settings, time: time)
        http = HTTPClient(configuration: try Self.configuration(settings))
    }

    private init(_ other: RegistryClient, actingWith credentials: RegistrySettings.Credentials) {
        var settings = other.settings
        settings.credentials = credentials
        (self.settings, base, origin, http) = (settings, other.base, other.origin, other.http)
        (time, clock, random, logger) = (other.time, other.clock, other.random, other.logger)
        isActing = true
        authenticator = Authenticator(settings, time: time)
    }

    /// A client that asks the same registry with other credentials. It goes over the connections of this one, and must not
    /// be used, nor shut down, when this one was; challenges and tokens are its own, so no token that was given for these
    /// credentials ever goes with a request of others, or the other way round. When they are refused, or may not do what
    /// is asked, the error is `credentialsRefused`.
    package func acting(with credentials: RegistrySettings.Credentials) -> RegistryClient {
        RegistryClient(self, actingWith: credentials)
    }

    /// Closes all connections. Nothing can be sent afterwards.
    package func shutdown() async throws {
        try await http.shutdown()
    }

    /// Asks `/v2/` whether the registry is there, speaks the protocol and takes our credentials; 3 s without an answer
    /// are an answer.
    package func ping() async throws(RegistryError) {
        var request = RegistryRequest(operation: "GET /v2/", method: .GET, target: .path(""), expecting: [200])
        request.retryable = false
        request.limit = .seconds(3)
        _ = try await execute(request)
    }

    private static func configuration(_ settings: RegistrySettings) throws(Refusal) -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let file = settings.caFile {
            guard let found = try? NIOSSLCertificate.fromPEMFile(file), !found.isEmpty else {
                throw .invalid("oci.ca_file", "pem_file", "a readable PEM file with at least one certificate")
            }
            tls.additionalTrustRoots = [.certificates(found)]
        }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls,
            // Redirects are followed by `execute`, which knows where Authorization may go.
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: settings.timeouts.connect.timeAmount, read: settings.timeouts.idle.timeAmount))
        // One policy for trying again: ours.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.httpVersion = .http1Only
        return configuration
    }
}

extension Duration {
    /// For NIO, in nanoseconds.
    var timeAmount: TimeAmount {
        .nanoseconds(components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000)
    }
}
