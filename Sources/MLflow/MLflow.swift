import AsyncHTTPClient
package import Domain
import NIOCore
import NIOSSL

/// Talks to model registries that users name (REG-01). A conversation has its own connections: the name is looked up
/// once, the address is checked, and nothing but that address is connected to, so a name that changes what it stands
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
    private let lookup: HostLookup

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
        guard let address = await lookup.address(of: parts.host, port: parts.port) else {
            try Task.checkCancellation()
            throw MLflowError.unavailable("its name is not known, or not in time")
        }
        guard permits(address) else { throw MLflowError.addressNotAllowed }
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
