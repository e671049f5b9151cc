import Crypto
package import Domain
package import FoundationEssentials
import SwiftASN1
import X509

/// The built-in CA of a trust domain: a self-signed P-256 root that issues edges' SVIDs and the edge port's own
/// certificate (SPIFFE X.509-SVID, section 3; publish-and-edge.md, sections 2a and 2f).
package struct CertificateAuthority: Sendable {
    /// Ten years of 365 days.
    package static let lifeSeconds = 3650 * 24 * 60 * 60
    /// Everything is valid from five minutes before it is issued, for edges whose clocks are behind.
    package static let backdateSeconds = 5 * 60

    package let trustDomain: String
    let certificate: Certificate
    let key: P256.Signing.PrivateKey
    private let issued: IssuedCertificate

    /// Makes a new root with its own key.
    /// - Throws: `Refusal.invalid` for a bad trust domain; `AuthError` when the key or certificate can't be made.
    package static func create(
        trustDomain: String, now: Date, random: some RandomSource
    ) throws -> CertificateAuthority {
        guard let id = SPIFFEID(uri: "spiffe://\(trustDomain)"), id.trustDomain == trustDomain else {
            throw Refusal.invalid(
                "trust_domain", "spiffe_trust_domain", "lower-case letters, digits, '.', '-', '_'; at most 255")
        }
        let key = try P256.Signing.PrivateKey.make(random: random)
        let keyID = SubjectKeyIdentifier(hash: .init(key.publicKey))
        let name = try DistinguishedName {
            OrganizationName("Drover")
            // Distinct per key, so that old and new roots never have the same name during a rotation.
            CommonName("Drover edge CA \(Hex.encode(Array(keyID.keyIdentifier.prefix(4))))")
        }
        let start = now.wholeSeconds
        let certificate = try Certificate(
            version: .v3, serialNumber: CertificateSerial(random: random).x509, publicKey: .init(key.publicKey),
            notValidBefore: start - TimeInterval(backdateSeconds), notValidAfter: start + TimeInterval(lifeSeconds),
            issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try .init {
                // One more level, for an issuing intermediate.
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 1))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                keyID
                SubjectAlternativeNames([.uniformResourceIdentifier(id.description)])
            }, issuerPrivateKey: .init(key))
        return try CertificateAuthority(trustDomain: trustDomain, certificate: certificate, key: key)
    }

    /// A root that was stored.
    /// - Throws: `AuthError`: `certificateMalformed`, `certificateTrustDomain` when the certificate is of another trust
    ///   domain, `keyInvalid` when the key is not the certificate's.
    package init(trustDomain: String, certificateDER: [UInt8], privateKey: Secret<[UInt8]>) throws(AuthError) {
        guard let certificate = try? Certificate(derEncoded: certificateDER) else {
            throw AuthError(.certificateMalformed)
        }
        guard let names = try? certificate.extensions.subjectAlternativeNames,
            names.contains(.uniformResourceIdentifier("spiffe://\(trustDomain)"))
        else { throw AuthError(.certificateTrustDomain) }
        guard let key = try? P256.Signing.PrivateKey(rawRepresentation: privateKey.reveal()),
            Certificate.PublicKey(key.publicKey) == certificate.publicKey
        else { throw AuthError(.keyInvalid) }
        try self.init(trustDomain: trustDomain, certificate: certificate, key: key)
    }

    private init(trustDomain: String, certificate: Certificate, key: P256.Signing.PrivateKey) throws(AuthError) {
        guard let issued = try? IssuedCertificate(certificate) else { throw AuthError(.certificateIssuance) }
        self.trustDomain = trustDomain
        self.certificate = certificate
        self.key = key
        self.issued = issued
    }

    package var certificateDER: [UInt8] { issued.der }
    package var certificatePEM: String { issued.pem }
    /// What `OPS_CA_SHA256` of a bundle pins.
    package var certificateSHA256: Domain.Digest { Domain.Digest(hashing: issued.der) }
    package var notAfter: Date { issued.notAfter }
    /// The 32 bytes to seal and store.
    package var privateKey: Secret<[UInt8]> { Secret(Array(key.rawRepresentation)) }

    /// Signs a leaf whose subject is empty; everything it says stands in the extensions.
    func issueLeaf(
        publicKey: Certificate.PublicKey, names: [GeneralName], usages: [ExtendedKeyUsage.Usage], now: Date,
        lifeSeconds: Int, serial: CertificateSerial
    ) throws(AuthError) -> IssuedCertificate {
        guard (1...20).contains(serial.bytes.count) else { throw AuthError(.certificateIssuance) }
        let start = now.wholeSeconds
        do {
            let leaf = try Certificate(
                version: .v3, serialNumber: serial.x509, publicKey: publicKey,
                notValidBefore: start - TimeInterval(Self.backdateSeconds),
                notValidAfter: min(start + TimeInterval(lifeSeconds), certificate.notValidAfter),
                issuer: certificate.subject, subject: DistinguishedName(), signatureAlgorithm: .ecdsaWithSHA256,
                extensions: try .init {
                    Critical(BasicConstraints.notCertificateAuthority)
                    Critical(KeyUsage(digitalSignature: true))
                    try ExtendedKeyUsage(usages)
                    SubjectKeyIdentifier(hash: publicKey)
                    AuthorityKeyIdentifier(
                        keyIdentifier: SubjectKeyIdentifier(hash: certificate.publicKey).keyIdentifier)
                    // Critical because the subject is empty (RFC 5280, section 4.2.1.6).
                    Critical(SubjectAlternativeNames(names))
                }, issuerPrivateKey: .init(key))
            return try IssuedCertificate(leaf)
        } catch {
            throw AuthError(.certificateIssuance)
        }
    }
}

extension Date {
    /// Without the fraction, as certificates keep it.
    var wholeSeconds: Date { Date(timeIntervalSince1970: timeIntervalSince1970.rounded(.down)) }
}
