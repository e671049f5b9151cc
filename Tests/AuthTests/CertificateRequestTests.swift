import Crypto
import Domain
import FoundationEssentials
import SwiftASN1
import TestSupport
import Testing
import X509

@testable import Auth

@Suite(.timeLimit(.minutes(4))) struct CertificateRequestTests {
    static func rule(_ pem: String) throws -> String {
        let refusal = try #require(throws: Refusal.self) { try CertificateRequest(pem: pem) }
        guard case .invalid(let errors) = refusal, errors.count == 1, errors[0].field == "csr" else {
            Issue.record("not a refusal of the csr: \(refusal)")
            return ""
        }
        return errors[0].rule
    }

    struct Key: CustomTestStringConvertible {
        var testDescription: String
        var algorithm: String
        var option: String?
    }

    @Test(arguments: [
        Key(testDescription: "P-256", algorithm: "ec", option: "ec_paramgen_curve:P-256"),
        Key(testDescription: "P-384", algorithm: "ec", option: "ec_paramgen_curve:P-384"),
        Key(testDescription: "Ed25519", algorithm: "ed25519"),
    ])
    func `openssl's request is taken, and its subject and names are ignored`(key: Key) async throws {
        let openssl = try OpenSSL()
        try openssl.write("r.cnf", Self.configuration.utf8)
        if let option = key.option {
            try await openssl.prepare("genpkey", "-algorithm", key.algorithm, "-pkeyopt", option, "-out", "key.pem")
        } else {
            try await openssl.prepare("genpkey", "-algorithm", key.algorithm, "-out", "key.pem")
        }
        try await openssl.prepare("req", "-new", "-config", "r.cnf", "-key", "key.pem", "-out", "r.pem")
        let pem = try openssl.readText("r.pem")
        let asked = try await openssl.run("req", "-in", "r.pem", "-noout", "-text")
        #expect(asked.text.contains("spiffe://example.org/ns/deployments/edge/00000000"))

        let request = try CertificateRequest(pem: pem)
        let fixture = try CertificateFixture()
        let svid = try fixture.authority.issueEdgeSVID(
            for: fixture.spiffeID, request: request, now: CertificateFixture.now,
            serial: CertificateSerial(random: fixture.random))
        let certificate = try Certificate(derEncoded: svid.der)
        #expect(certificate.subject.isEmpty)
        #expect(
            try certificate.extensions.subjectAlternativeNames.map(Array.init)
                == [.uniformResourceIdentifier(fixture.spiffeID.description)])
        #expect(try certificate.extensions.basicConstraints == .notCertificateAuthority)
        #expect(try certificate.extensions.keyUsage == KeyUsage(digitalSignature: true))
        try await openssl.prepare("pkey", "-in", "key.pem", "-pubout", "-outform", "DER", "-out", "spki.der")
        #expect(request.keySHA256 == Digest(hashing: try openssl.read("spki.der")))
        let principal = try await fixture.verifier().verify(chainDER: [svid.der], now: CertificateFixture.now)
        #expect(principal.keySHA256 == request.keySHA256)
    }
    /// Asks for an identity, an authority and a server name at once.
    static let configuration = """
        [req]
        distinguished_name = dn
        req_extensions = ext
        prompt = no
        [dn]
        CN = admin
        [ext]
        subjectAltName = URI:spiffe://example.org/ns/deployments/edge/00000000-0000-4000-8000-000000000000,DNS:drover
        basicConstraints = critical,CA:TRUE
        keyUsage = keyCertSign
        """

    @Test func `a request signed with another key than it asks for is refused`() throws {
        let mine = P256.Signing.PrivateKey()
        let victim = try CertificateSigningRequest(
            pemEncoded: try CertificateFixture.csr(.init(P256.Signing.PrivateKey())))
        let own = try CertificateSigningRequest(pemEncoded: try CertificateFixture.csr(.init(mine)))
        let forged = try CertificateSigningRequest(
            version: .v1, subject: victim.subject, publicKey: victim.publicKey, attributes: victim.attributes,
            signatureAlgorithm: own.signatureAlgorithm, signature: own.signature)
        #expect(try Self.rule(forged.serializeAsPEM().pemString) == "csr_signature")
    }

    @Test func `a change of any byte of a request is refused`() throws {
        let key = try P256.Signing.PrivateKey.make(random: SeededRandom())
        let good = try PEMDocument(pemString: try CertificateFixture.csr(.init(key)))
        let asked = try CertificateRequest(pem: good.pemString)
        var accepted: [CertificateRequest] = []
        for index in good.derBytes.indices {
            var bytes = good.derBytes
            bytes[index] ^= 1
            let pem = PEMDocument(type: good.discriminator, derBytes: bytes).pemString
            if let request = try? CertificateRequest(pem: pem) { accepted.append(request) }
        }
        // The count of unused bits before the signature is not signed, and the library takes a 1 there when the
        // signature's last bit happens to be 0. The key is the same then.
        #expect(accepted.isEmpty || accepted == [asked])
    }

    @Test func `an RSA key is refused`() async throws {
        let openssl = try OpenSSL()
        try await openssl.prepare(
            "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "k.pem", "-subj", "/CN=x", "-out", "r.pem")
        #expect(try Self.rule(openssl.readText("r.pem")) == "csr_key_type")
    }

    @Test func `a P-521 key is refused`() throws {
        #expect(try Self.rule(CertificateFixture.csr(.init(P521.Signing.PrivateKey()))) == "csr_key_type")
    }

    @Test func `an unknown curve is refused`() async throws {
        let openssl = try OpenSSL()
        try await openssl.prepare(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1", "-nodes", "-keyout", "k.pem",
            "-subj", "/CN=x", "-out", "r.pem")
        #expect(try Self.rule(openssl.readText("r.pem")) == "csr_pkcs10")
    }

    @Test(arguments: [
        "", "garbage", "-----BEGIN CERTIFICATE REQUEST-----",
        "-----BEGIN CERTIFICATE REQUEST-----\n\n-----END CERTIFICATE-----",
    ])
    func `text that is no PEM is refused`(pem: String) throws { #expect(try Self.rule(pem) == "csr_pem") }

    @Test func `a certificate is not taken for a request`() throws {
        #expect(try Self.rule(CertificateFixture().authority.certificatePEM) == "csr_pem")
    }

    @Test func `PEM around something else is refused`() throws {
        let pem = PEMDocument(type: "CERTIFICATE REQUEST", derBytes: [0x30, 0x03, 0x02, 0x01, 0x01]).pemString
        #expect(try Self.rule(pem) == "csr_pkcs10")
    }

    @Test func `bytes after the request are refused`() throws {
        let good = try PEMDocument(pemString: try CertificateFixture.csr(.init(P256.Signing.PrivateKey())))
        let pem = PEMDocument(type: good.discriminator, derBytes: good.derBytes + [0]).pemString
        #expect(try Self.rule(pem) == "csr_pkcs10")
    }

    @Test func `a request over the limit is refused unread`() throws {
        let pem = try CertificateFixture.csr(.init(P256.Signing.PrivateKey()))
        let padded = pem + String(repeating: "\n", count: CertificateRequest.maxBytes)
        #expect(try Self.rule(padded) == "csr_size")
    }

    @Test func `the refusal names the field of the caller`() throws {
        let refusal = try #require(throws: Refusal.self) { try CertificateRequest(pem: "", field: "renewal.csr") }
        #expect(refusal == .invalid("renewal.csr", "csr_pem", "one PEM block of type CERTIFICATE REQUEST"))
    }
}
