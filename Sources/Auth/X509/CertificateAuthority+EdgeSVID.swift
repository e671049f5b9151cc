package import Domain
package import FoundationEssentials
import X509

extension CertificateAuthority {
    /// An SVID is valid for 7 days, so that an edge that stays away longer needs a new bundle (EDGE-14).
    package static let svidLifeSeconds = 7 * 24 * 60 * 60

    /// An edge's X.509-SVID for the key of a checked request; nothing else of the request gets in.
    /// - Parameter serial: pass the stored one to repeat an answer, a random one otherwise.
    /// - Throws: `AuthError`: `certificateTrustDomain` for an id of another trust domain, `certificateIssuance`.
    package func issueEdgeSVID(
        for id: SPIFFEID, request: CertificateRequest, now: Date, serial: CertificateSerial
    ) throws(AuthError) -> IssuedCertificate {
        guard id.trustDomain == trustDomain, id.edgeID != nil else { throw AuthError(.certificateTrustDomain) }
        return try issueLeaf(
            publicKey: request.publicKey, names: [.uniformResourceIdentifier(id.description)],
            usages: [.serverAuth, .clientAuth], now: now, lifeSeconds: Self.svidLifeSeconds, serial: serial)
    }
}
