import Crypto
import Domain
import FoundationEssentials
import SwiftASN1
import TestSupport
import X509

@testable import Auth

/// An authority, an edge, and certificates that break one rule each.
struct CertificateFixture {
    static let trustDomain = "example.org"
    static let now = ManualTime.start

    let random: SeededRandom
    let authority: CertificateAuthority
    let edge: UUID
    let spiffeID: SPIFFEID
    let edgeKey: P256.Signing.PrivateKey

    init(seed: UInt64 = 1) throws {
        random = SeededRandom(seed: seed)
        authority = try CertificateAuthority.create(
            trustDomain: Self.trustDomain, now: Self.now, random: random)
        edge = random.uuid()
        spiffeID = try SPIFFEID(trustDomain: Self.trustDomain, edge: edge)
        edgeKey = try .make(random: random)
    }

    func request() throws -> CertificateRequest { try CertificateRequest(pem: Self.csr(.init(edgeKey))) }

    func svid(now: Date = now) throws -> IssuedCertificate {
        try authority.issueEdgeSVID(
            for: spiffeID, request: request(), now: now, serial: CertificateSerial(random: random))
    }

    func verifier() throws -> EdgeCertificateVerifier { try EdgeCertificateVerifier([authority]) }

    static func csr(_ key: Certificate.PrivateKey, attributes: [CertificateSigningRequest.Attribute] = []) throws
        -> String
    {
        try CertificateSigningRequest(
            version: .v1, subject: DistinguishedName { CommonName("ignored") }, privateKey: key,
            attributes: .init(attributes)
        ).serializeAsPEM().pemString
    }

    /// How a hand-made leaf differs from a good one.
    struct Leaf {
        var names: [GeneralName]
        var constraints = BasicConstraints.notCertificateAuthority
        var usage: KeyUsage? = KeyUsage(digitalSignature: true)
        var usageCritical = true
        var extended: [ExtendedKeyUsage.Usage]? = [.serverAuth, .clientAuth]
        var notBefore = CertificateFixture.now - 60
        var notAfter = CertificateFixture.now + 3600
        var extra: Certificate.Extension?
    }

    func leaf(
        signedBy issuer: CertificateAuthority? = nil, _ change: (inout Leaf) -> Void = { _ in }
    ) throws -> [UInt8] {
        var leaf = Leaf(names: [.uniformResourceIdentifier(spiffeID.description)])
        change(&leaf)
        let issuer = issuer ?? authority
        var extensions = Certificate.Extensions()
        try extensions.append(Certificate.Extension(leaf.constraints, critical: true))
        if let usage = leaf.usage { try extensions.append(.init(usage, critical: leaf.usageCritical)) }
        if let extended = leaf.extended {
            try extensions.append(.init(try ExtendedKeyUsage(extended), critical: false))
        }
        if !leaf.names.isEmpty {
            try extensions.append(.init(SubjectAlternativeNames(leaf.names), critical: true))
        }
        if let extra = leaf.extra { try extensions.append(extra) }
        let certificate = try Certificate(
            version: .v3, serialNumber: CertificateSerial(random: random).x509, publicKey: .init(edgeKey.publicKey),
            notValidBefore: leaf.notBefore, notValidAfter: leaf.notAfter, issuer: issuer.certificate.subject,
            subject: DistinguishedName(), signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions,
            issuerPrivateKey: .init(issuer.key))
        return try IssuedCertificate(certificate).der
    }
}
