import Auth
import Domain
import FoundationEssentials
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import NIOCore
import NIOSSL
import Synchronization

/// TLS of the edge port: 1.3 only, a client certificate is asked for but not required (attestation has none yet), and
/// one that is presented must be of this trust domain.
struct EdgePortTLS: Sendable {
    let authority: CertificateAuthority
    let identities: EdgeIdentities
    let time: any TimeSource
    let random: any RandomSource

    /// A certificate of the built-in CA is made anew when half of its life is over; connections get it at their next
    /// handshake.
    private static let renewAfterSeconds = TimeInterval(CertificateAuthority.serverLifeSeconds / 2)

    /// - Throws: `Refusal.invalid` for hosts or files that don't work; `AuthError`.
    func server(hosts: [String], files: ServerSettings.CertificateFiles?) throws -> HTTPServerBuilder {
        let current = Current(value: try files.map(read) ?? issue(hosts), issuedAt: time.now())
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: current.value.withLock { $0.chain }.map { .certificate($0) },
            privateKey: .privateKey(current.value.withLock { $0.key }))
        tls.minimumTLSVersion = .tlsv13
        tls.certificateVerification = .optionalVerification
        if files == nil {
            tls.sslContextCallback = { _, promise in
                promise.completeWithTask {
                    if let age = current.age(at: time.now()), age > Self.renewAfterSeconds,
                        let fresh = try? issue(hosts)
                    {
                        current.replace(fresh, at: time.now())
                    }
                    let identity = current.value.withLock { $0 }
                    var override = NIOSSLContextConfigurationOverride()
                    override.certificateChain = identity.chain.map { .certificate($0) }
                    override.privateKey = .privateKey(identity.key)
                    return override
                }
            }
        }
        return try .tls(
            .http1(configuration: .init(idleTimeout: .seconds(120))),
            configuration: .init(
                tlsConfiguration: tls, customAsyncVerificationCallback: { chain in await identities.verify(chain) }))
    }

    private struct Identity: Sendable {
        let chain: [NIOSSLCertificate]
        let key: NIOSSLPrivateKey
    }

    private final class Current: Sendable {
        let value: Mutex<Identity>
        private let issuedAt: Mutex<Date>

        init(value: Identity, issuedAt: Date) {
            self.value = Mutex(value)
            self.issuedAt = Mutex(issuedAt)
        }

        func age(at now: Date) -> TimeInterval? { issuedAt.withLock { now.timeIntervalSince($0) } }

        func replace(_ identity: Identity, at now: Date) {
            value.withLock { $0 = identity }
            issuedAt.withLock { $0 = now }
        }
    }

    /// The chain ends in the CA's own certificate, so that an edge can compare it with `OPS_CA_SHA256`.
    private func issue(_ hosts: [String]) throws -> Identity {
        let server = try authority.issueServerCertificate(hosts: hosts, now: time.now(), random: random)
        return Identity(
            chain: [
                try NIOSSLCertificate(bytes: server.certificate.der, format: .der),
                try NIOSSLCertificate(bytes: authority.certificateDER, format: .der),
            ], key: try NIOSSLPrivateKey(bytes: Array(server.privateKeyPEM.reveal().utf8), format: .pem))
    }

    private func read(_ files: ServerSettings.CertificateFiles) throws(Refusal) -> Identity {
        guard let chain = try? NIOSSLCertificate.fromPEMFile(files.chain), !chain.isEmpty else {
            throw .invalid("edge.certificate", "pem_file", "a readable PEM file with the certificate chain")
        }
        guard let key = try? NIOSSLPrivateKey(file: files.key, format: .pem) else {
            throw .invalid("edge.key", "pem_file", "a readable PEM file with the private key")
        }
        return Identity(chain: chain, key: key)
    }
}
