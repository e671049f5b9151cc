import Auth
import Domain
import FoundationEssentials
import NIOCore
import NIOSSL
import Synchronization

/// Who is at the other end of a connection to the edge port. The handshake has verified the certificate; the identity in
/// it is read once a connection.
package final class EdgeIdentities: Sendable {
    private let verifier: EdgeCertificateVerifier
    private let time: any TimeSource
    private let known = Mutex<[ObjectIdentifier: EdgePrincipal]>([:])

    init(verifier: EdgeCertificateVerifier, time: any TimeSource) {
        self.verifier = verifier
        self.time = time
    }

    /// NIOSSL's verification: it replaces all of BoringSSL's own checks.
    func verify(_ chain: [NIOSSLCertificate]) async -> NIOSSLVerificationResult {
        do {
            _ = try await verifier.verify(chainDER: try chain.map { try $0.toDERBytes() }, now: time.now())
            return .certificateVerified
        } catch {
            return .failed
        }
    }

    /// The edge that a request comes from.
    /// - Throws: `Refusal.unauthenticated` without a certificate, or with one that has expired since the handshake.
    func principal(of context: EdgePortContext) async throws -> EdgePrincipal {
        guard let channel = context.channel else { throw Self.refused }
        let key = ObjectIdentifier(channel)
        if let principal = known.withLock({ $0[key] }) {
            guard principal.notAfter > time.now() else { throw Self.refused }
            return principal
        }
        guard let certificate = try await channel.nioSSL_peerCertificate().get(),
            let principal = try? await verifier.verify(chainDER: [try certificate.toDERBytes()], now: time.now())
        else { throw Self.refused }
        known.withLock { $0[key] = principal }
        channel.closeFuture.whenComplete { [weak self] _ in _ = self?.known.withLock { $0.removeValue(forKey: key) } }
        return principal
    }

    private static let refused = Refusal.unauthenticated("this route needs a client certificate of this trust domain")
}
