package import Domain
package import FoundationEssentials

/// An authenticated edge. Only `EdgeCertificateVerifier` makes one, from a certificate that passed every check.
package struct EdgePrincipal: Hashable, Sendable {
    package let edgeID: EdgeID
    package let spiffeID: SPIFFEID
    /// The certificate's serial number; the edge's row says whether it is still the current one.
    package let serial: CertificateSerial
    /// SHA-256 of the certificate's public key (SubjectPublicKeyInfo).
    package let keySHA256: Digest
    package let notAfter: Date

    init(edgeID: EdgeID, spiffeID: SPIFFEID, serial: CertificateSerial, keySHA256: Digest, notAfter: Date) {
        self.edgeID = edgeID
        self.spiffeID = spiffeID
        self.serial = serial
        self.keySHA256 = keySHA256
        self.notAfter = notAfter
    }
}
