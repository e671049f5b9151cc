package import Domain
package import FoundationEssentials
import SwiftASN1
import X509

/// A certificate in the forms its callers store and send.
package struct IssuedCertificate: Hashable, Sendable {
    package let der: [UInt8]
    package let serial: CertificateSerial
    /// SHA-256 of the public key (SubjectPublicKeyInfo).
    package let keySHA256: Digest
    package let notBefore: Date
    package let notAfter: Date

    init(_ certificate: Certificate) throws {
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        der = serializer.serializedBytes
        serial = CertificateSerial(bytes: certificate.serialNumber.bytes)
        keySHA256 = try certificate.publicKey.spkiSHA256()
        notBefore = certificate.notValidBefore
        notAfter = certificate.notValidAfter
    }

    package var pem: String { PEM.certificate(der) }
}

/// Text forms.
package enum PEM {
    /// One certificate, with a line feed at the end.
    package static func certificate(_ der: [UInt8]) -> String {
        PEMDocument(type: "CERTIFICATE", derBytes: der).pemString + "\n"
    }
}

extension Certificate.PublicKey {
    /// SHA-256 of the DER SubjectPublicKeyInfo.
    func spkiSHA256() throws -> Digest {
        var serializer = DER.Serializer()
        try serializer.serialize(self)
        return Digest(hashing: serializer.serializedBytes)
    }
}
