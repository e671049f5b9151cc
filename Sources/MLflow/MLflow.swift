import AsyncHTTPClient
package import Domain
import NIOCore
import NIOPosix
import NIOSSL

/// Talks to model registries that users name (REG-01). A conversation has its own connections: the name is looked up
/// once, its addresses are checked, and nothing but one of them is connected to, so a name that changes what it stands
/// for gains nothing. No redirect is followed, no proxy is used, nothing is decompressed.
package struct MLflow: Sendable {
    /// Largest JSON answer, in bytes.
    package static let maxAnswerBytes = 4 << 20
    /// Largest list, in bytes of the answers that it consists of.
    package static let maxListBytes = 16 << 20
    /// For a whole JSON answer, and for the head of a file.
    package static let deadline = Duration.seconds(10)

    private let tls: TLSConfiguration
    private let permits: @Sendable (String) -> Bool
    private let clock: any Clock<Duration>
    var lookup: HostLookup
    /// Of the addresses of one name, so many are tried.
    private static let mostAddresses = 4

    /// - Parameters:
    ///   - caFile: a PEM file with more authorities to trust.
    ///   - permits: whether the server may connect to an IP address, in text.
    /// - Throws: `Refusal.invalid` for a file without certificates.
    package init(
        caFile: String?, clock: any Clock<Duration> = ContinuousClock(), permits: @escaping @Sendable (String) -> Bool
    ) throws(Refusal) {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let caFile {
            guard let found = try? NIOSSLCertificate.fromPEMFile(caFile), !found.isEmpty else {
                throw .invalid(
                    "model.registry.ca.file", "pem_file", "a readable PEM file with at least one certificate")
            }
            tls.additionalTrustRoots = [.certificates(found)]
        }
        self.tls = tls
        self.permits = permits
        self.clock = clock
        lookup = HostLookup(clock: clock)
    }

    /// Opens a conversation, and closes its connections when `body` has ended.
    /// - Throws: `MLflowError`, what `body` throws.
    package func talk<R: Sendable>(
        to url: ModelRegistryURL, token: Secret<String>?, _ body: (MLflowSession) async throws -> R
    ) async throws -> R {
        guard let parts = url.parts else { throw MLflowError.unusable("the address can't be read") }
        let address = try await address(of: parts)
        let http = HTTPClient(configuration: configuration(parts.host, address))
        let session = MLflowSession(http: http, url: url, token: token, clock: clock)
        do {
            let result = try await body(session)
            try? await http.shutdown()
            return result
        } catch {
            try? await http.shutdown()
            throw error
        }
    }

    /// The address to connect to: of several, the first that the rules permit and that takes a connection.
    func address(of parts: ModelRegistryURL.Parts) async throws -> String {
        let found = await lookup.addresses(of: parts.host)
        guard !found.isEmpty else {
            try Task.checkCancellation()
            throw MLflowError.unavailable("its name is not known, or not in time")
        }
        let permitted = found.filter(permits).prefix(Self.mostAddresses)
        guard let first = permitted.first else { throw MLflowError.addressNotAllowed }
        if permitted.count > 1 {
            for address in permitted where await Self.connects(to: address, parts.port) { return address }
        }
        return first
    }

    private static func connects(to address: String, _ port: Int) async -> Bool {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(.seconds(2))
        guard let channel = try? await bootstrap.connect(host: address, port: port).get() else { return false }
        try? await channel.close()
        return true
    }

    private func configuration(_ host: String, _ address: String) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(5), read: .seconds(30)))
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        // An address stands for itself, and TLS has to see it as one.
        if address != host { configuration.dnsOverride = [host: address] }
        return configuration
    }
}
