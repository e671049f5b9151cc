import Crypto
package import Domain
import SwiftASN1
import X509

/// A checked PKCS#10 request: a public key whose private half the sender has. Subject, names and extensions of the
/// request are ignored; the database says who the sender is.
package struct CertificateRequest: Hashable, Sendable {
    /// Bytes of PEM. A request with a P-384 key has about 500.
    package static let maxBytes = 8 << 10

    /// SHA-256 of the SubjectPublicKeyInfo: what a join token is bound to.
    package let keySHA256: Domain.Digest
    let publicKey: Certificate.PublicKey

    /// Parses and checks, before any token is consumed.
    /// - Throws: `Refusal.invalid` naming `field` and the rule `csr_size`, `csr_pem`, `csr_pkcs10`, `csr_key_type` or
    ///   `csr_signature`.
    package init(pem: String, field: String = "csr") throws(Refusal) {
        guard pem.utf8.count <= Self.maxBytes else {
            throw .invalid(field, "csr_size", "at most \(Self.maxBytes) bytes of PEM")
        }
        guard let document = try? PEMDocument(pemString: pem),
            document.discriminator == CertificateSigningRequest.defaultPEMDiscriminator
        else { throw .invalid(field, "csr_pem", "one PEM block of type CERTIFICATE REQUEST") }
        guard let request = try? CertificateSigningRequest(derEncoded: document.derBytes) else {
            throw .invalid(field, "csr_pkcs10", "a PKCS#10 request with a P-256, P-384 or Ed25519 key")
        }
        guard Self.isAllowed(request.publicKey) else {
            throw .invalid(field, "csr_key_type", "the key must be P-256, P-384 or Ed25519")
        }
        guard request.publicKey.isValidSignature(request.signature, for: request) else {
            throw .invalid(field, "csr_signature", "the request must be signed with the key it asks for")
        }
        guard let keySHA256 = try? request.publicKey.spkiSHA256() else {
            throw .invalid(field, "csr_pkcs10", "the public key can't be encoded")
        }
        self.keySHA256 = keySHA256
        self.publicKey = request.publicKey
    }

    private static func isAllowed(_ key: Certificate.PublicKey) -> Bool {
        P256.Signing.PublicKey(key) != nil || P384.Signing.PublicKey(key) != nil
            || Curve25519.Signing.PublicKey(key) != nil
    }
}
