import Domain
package import FoundationEssentials
import SwiftASN1
@_spi(FixedExpiryValidationTime) import X509

/// Checks the certificates that an edge presents in a TLS handshake. It replaces all of BoringSSL's checks, so that the
/// authorities can change without a restart: chain to our own authorities only (never the system's), validity at a
/// passed-in time, and the leaf rules of SPIFFE X.509-SVID.
package struct EdgeCertificateVerifier: Sendable {
    /// Longer chains, and longer certificates, are refused unread.
    package static let maxChain = 4
    package static let maxCertificateBytes = 8 << 10

    private let trustDomain: String
    private let authorities: CertificateStore

    /// - Throws: `AuthError` (`certificateMalformed`).
    package init(trustDomain: String, authoritiesDER: [[UInt8]]) throws(AuthError) {
        self.trustDomain = trustDomain
        self.authorities = CertificateStore(try Self.parse(authoritiesDER))
    }

    /// Trusts these authorities; all must be of one trust domain.
    /// - Throws: `AuthError` (`certificateTrustDomain`), also when there is none.
    package init(_ authorities: [CertificateAuthority]) throws(AuthError) {
        guard let trustDomain = authorities.first?.trustDomain,
            authorities.allSatisfy({ $0.trustDomain == trustDomain })
        else { throw AuthError(.certificateTrustDomain) }
        self.trustDomain = trustDomain
        self.authorities = CertificateStore(authorities.map(\.certificate))
    }

    /// The identity in a presented chain, leaf first. Costs two parses and a signature check: keep the
    /// result with the connection.
    /// - Throws: `AuthError` with one of the `certificate…` codes.
    package func verify(chainDER: [[UInt8]], now: Date) async throws(AuthError) -> EdgePrincipal {
        guard (1...Self.maxChain).contains(chainDER.count),
            chainDER.allSatisfy({ $0.count <= Self.maxCertificateBytes })
        else { throw AuthError(.certificateMalformed) }
        let chain = try Self.parse(chainDER)
        let leaf = chain[0]
        let id = try SVIDRules.edgeID(of: leaf, trustDomain: trustDomain)
        guard leaf.notValidBefore <= now, now <= leaf.notValidAfter else { throw AuthError(.certificateValidity) }
        var verifier = Verifier(rootCertificates: authorities) {
            RFC5280Policy(fixedExpiryValidationTime: now)
            SVIDChainPolicy()
        }
        let result = await verifier.validate(leaf: leaf, intermediates: CertificateStore(chain.dropFirst()))
        guard case .validCertificate = result else { throw AuthError(.certificateChain) }
        guard let keySHA256 = try? leaf.publicKey.spkiSHA256() else { throw AuthError(.certificateMalformed) }
        return EdgePrincipal(
            edgeID: id.edge, spiffeID: id.spiffe, serial: CertificateSerial(bytes: leaf.serialNumber.bytes),
            keySHA256: keySHA256, notAfter: leaf.notValidAfter)
    }

    private static func parse(_ chain: [[UInt8]]) throws(AuthError) -> [Certificate] {
        do { return try chain.map { try Certificate(derEncoded: $0) } } catch { throw AuthError(.certificateMalformed) }
    }
}
