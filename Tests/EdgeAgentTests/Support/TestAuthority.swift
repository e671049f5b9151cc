import Crypto
import Domain
import FoundationEssentials
import NIOSSL
import SwiftASN1
import X509

/// A certificate authority for one test.
struct TestAuthority {
    let certificate: Certificate
    private let key = P256.Signing.PrivateKey()
    private let name: DistinguishedName

    init(_ commonName: String = "Test CA") throws {
        let name = try DistinguishedName { CommonName(commonName) }
        let key = self.key
        self.name = name
        certificate = try Self.sign(
            subject: name, issuer: name, key: Certificate.PublicKey(key.publicKey), with: key,
            try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                Critical(KeyUsage(keyCertSign: true))
            })
    }

    var pem: String { get throws { try certificate.serializeAsPEM().pemString } }

    var der: [UInt8] {
        get throws {
            var serializer = DER.Serializer()
            try serializer.serialize(certificate)
            return serializer.serializedBytes
        }
    }

    /// What a bundle has as `OPS_CA_SHA256`.
    var pin: String { get throws { Domain.Digest(hashing: try der).hex } }

    /// A server's TLS settings: a certificate for the name, the authority behind it, and edges' certificates welcome.
    func server(for host: String = "localhost") throws -> TLSConfiguration {
        let key = P256.Signing.PrivateKey()
        let leaf = try Self.sign(
            subject: try DistinguishedName { CommonName(host) }, issuer: name,
            key: Certificate.PublicKey(key.publicKey), with: self.key,
            try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames([.dnsName(host)])
            })
        let chain = try [leaf.serializeAsPEM().pemString, pem].map {
            NIOSSLCertificateSource.certificate(try NIOSSLCertificate(bytes: Array($0.utf8), format: .pem))
        }
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain,
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.pemRepresentation.utf8), format: .pem)))
        tls.trustRoots = .certificates([try NIOSSLCertificate(bytes: der, format: .der)])
        tls.certificateVerification = .optionalVerification
        return tls
    }

    /// An SVID for the key of a request.
    func svid(csr pem: String, id: SPIFFEID) throws -> String {
        let request = try CertificateSigningRequest(pemEncoded: pem)
        guard request.publicKey.isValidSignature(request.signature, for: request) else {
            throw Refusal.malformed("the request is not signed by its key")
        }
        let leaf = try Self.sign(
            subject: DistinguishedName {}, issuer: name, key: request.publicKey, with: key,
            try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth, .clientAuth])
                Critical(SubjectAlternativeNames([.uniformResourceIdentifier(id.description)]))
            })
        return try leaf.serializeAsPEM().pemString
    }

    private static func sign(
        subject: DistinguishedName, issuer: DistinguishedName, key: Certificate.PublicKey,
        with signer: P256.Signing.PrivateKey, _ extensions: Certificate.Extensions
    ) throws -> Certificate {
        let now = SystemTime().now()
        return try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(bytes: [1] + SystemRandom().bytes(15)), publicKey: key,
            notValidBefore: now.addingTimeInterval(-300), notValidAfter: now.addingTimeInterval(3600), issuer: issuer,
            subject: subject, signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions,
            issuerPrivateKey: Certificate.PrivateKey(signer))
    }
}
