import Crypto
import Domain
import FoundationEssentials
import SwiftASN1
import TestSupport
import Testing
import X509

@testable import Auth

@Suite(.timeLimit(.minutes(4))) struct EdgeCertificateVerifierTests {
    let fixture: CertificateFixture

    init() throws { fixture = try CertificateFixture() }

    private func rejection(_ chain: [[UInt8]], now: Date = CertificateFixture.now) async throws -> AuthError.Code? {
        do {
            _ = try await fixture.verifier().verify(chainDER: chain, now: now)
            return nil
        } catch let error as AuthError { return error.code }
    }

    @Test(.proves("EDGE-07")) func `an SVID of our authority becomes its edge`() async throws {
        let svid = try fixture.svid()
        let principal = try await fixture.verifier().verify(chainDER: [svid.der], now: CertificateFixture.now)
        #expect(principal.edgeID.rawValue == fixture.edge)
        #expect(principal.spiffeID == fixture.spiffeID)
        #expect(principal.serial == svid.serial)
        #expect(principal.keySHA256 == svid.keySHA256)
        #expect(principal.notAfter == svid.notAfter)
    }

    @Test func `the root may be sent along`() async throws {
        let chain = [try fixture.svid().der, fixture.authority.certificateDER]
        #expect(try await rejection(chain) == nil)
    }

    @Test func `the hand-made leaf is good when nothing is changed`() async throws {
        #expect(try await rejection([fixture.leaf()]) == nil)
    }

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var expected: AuthError.Code
        var change: @Sendable (inout CertificateFixture.Leaf) -> Void
        init(
            _ name: String, _ expected: AuthError.Code,
            _ change: @escaping @Sendable (inout CertificateFixture.Leaf) -> Void
        ) {
            testDescription = name
            self.expected = expected
            self.change = change
        }
    }
    static let edge = "spiffe://example.org/ns/deployments/edge/898bb58c-77c2-4164-b6cc-f004dc39e125"
    static func uri(_ text: String) -> GeneralName { .uniformResourceIdentifier(text) }
    static let cases = [
        Case("two URI names", .certificateNames) { $0.names.append(uri(edge)) },
        Case("the same URI name twice", .certificateNames) { $0.names.append($0.names[0]) },
        Case("no name", .certificateNames) { $0.names = [] },
        Case("a DNS name only", .certificateNames) { $0.names = [.dnsName("edge.example.org")] },
        Case("a URI that is no SPIFFE ID", .certificateNames) { $0.names = [uri("https://example.org/x")] },
        Case("a percent sign in the path", .certificateNames) { $0.names = [uri("spiffe://example.org/ns%2f")] },
        Case("a trust domain in capitals", .certificateNames) {
            $0.names = [uri(edge.replacing("example", with: "EXAMPLE"))]
        },
        Case("another trust domain", .certificateTrustDomain) {
            $0.names = [uri(edge.replacing("example", with: "other"))]
        },
        Case("a trust domain that begins like ours", .certificateTrustDomain) {
            $0.names = [uri(edge.replacing("example.org", with: "example.org.evil"))]
        },
        Case("no path", .certificatePath) { $0.names = [uri("spiffe://example.org")] },
        Case("a path that is no edge", .certificatePath) { $0.names = [uri("spiffe://example.org/ns/admin")] },
        Case("a CA certificate", .certificateIsAuthority) {
            $0.constraints = .isCertificateAuthority(maxPathLength: nil)
        },
        Case("no key usage", .certificateKeyUsage) { $0.usage = nil },
        Case("key usage that is not critical", .certificateKeyUsage) { $0.usageCritical = false },
        Case("no digital signature", .certificateKeyUsage) { $0.usage = KeyUsage(keyAgreement: true) },
        Case("certificate signing", .certificateKeyUsage) {
            $0.usage = KeyUsage(digitalSignature: true, keyCertSign: true)
        },
        Case("CRL signing", .certificateKeyUsage) { $0.usage = KeyUsage(digitalSignature: true, cRLSign: true) },
        Case("no extended key usage", .certificateExtendedKeyUsage) { $0.extended = nil },
        Case("a server's certificate", .certificateExtendedKeyUsage) { $0.extended = [.serverAuth] },
        Case("any extended key usage", .certificateExtendedKeyUsage) { $0.extended = [.any] },
        Case("expired", .certificateValidity) { $0.notAfter = CertificateFixture.now - 1 },
        Case("not yet valid", .certificateValidity) { $0.notBefore = CertificateFixture.now + 1 },
        Case("an unknown critical extension", .certificateChain) {
            $0.extra = Certificate.Extension(oid: [1, 3, 6, 1, 4, 1, 99999, 1], critical: true, value: [5, 0])
        },
    ]

    @Test(arguments: cases) func `a leaf of our authority that breaks one rule is refused for it`(bad: Case)
        async throws
    {
        #expect(try await rejection([fixture.leaf(bad.change)]) == bad.expected)
    }

    @Test func `a foreign authority of the same name is refused`() async throws {
        let foreign = try CertificateFixture(seed: 2)
        #expect(try await rejection([fixture.leaf(signedBy: foreign.authority)]) == .certificateChain)
        let chain = [try fixture.leaf(signedBy: foreign.authority), foreign.authority.certificateDER]
        #expect(try await rejection(chain) == .certificateChain)
    }

    @Test func `the authority's own certificate is no identity`() async throws {
        #expect(try await rejection([fixture.authority.certificateDER]) == .certificateIsAuthority)
    }

    @Test func `the edge port's certificate is no identity`() async throws {
        let server = try fixture.authority.issueServerCertificate(
            hosts: ["localhost"], now: CertificateFixture.now, random: fixture.random)
        #expect(try await rejection([server.certificate.der]) == .certificateExtendedKeyUsage)
    }

    @Test func `an SVID can't issue another SVID`() async throws {
        let parent = try fixture.svid()
        let parentCertificate = try Certificate(derEncoded: parent.der)
        let child = try Certificate(
            version: .v3, serialNumber: CertificateSerial(random: fixture.random).x509,
            publicKey: .init(fixture.edgeKey.publicKey), notValidBefore: CertificateFixture.now - 60,
            notValidAfter: CertificateFixture.now + 60, issuer: parentCertificate.subject,
            subject: DistinguishedName(), signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try .init {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.clientAuth])
                Critical(SubjectAlternativeNames([.uniformResourceIdentifier(Self.edge)]))
            }, issuerPrivateKey: .init(fixture.edgeKey))
        #expect(try await rejection([IssuedCertificate(child).der, parent.der]) == .certificateChain)
    }

    @Test func `validity is judged at the time that is passed in`() async throws {
        let svid = try fixture.svid().der
        #expect(try await rejection([svid], now: CertificateFixture.now - 300) == nil)
        #expect(try await rejection([svid], now: CertificateFixture.now - 301) == .certificateValidity)
        #expect(try await rejection([svid], now: CertificateFixture.now + 7 * 86_400) == nil)
        #expect(try await rejection([svid], now: CertificateFixture.now + 7 * 86_400 + 1) == .certificateValidity)
    }

    @Test func `an expired authority vouches for nobody`() async throws {
        let later = CertificateFixture.now + TimeInterval(CertificateAuthority.lifeSeconds) + 60
        let leaf = try fixture.leaf { $0.notAfter = later + 3600 }
        #expect(try await rejection([leaf], now: later) == .certificateChain)
    }

    @Test func `during a rotation both authorities are trusted, afterwards one`() async throws {
        let next = try CertificateAuthority.create(
            trustDomain: CertificateFixture.trustDomain, now: CertificateFixture.now, random: fixture.random)
        let old = try fixture.svid().der
        let new = try fixture.leaf(signedBy: next)
        let both = try EdgeCertificateVerifier([next, fixture.authority])
        _ = try await both.verify(chainDER: [old], now: CertificateFixture.now)
        _ = try await both.verify(chainDER: [new], now: CertificateFixture.now)
        let one = try EdgeCertificateVerifier(
            trustDomain: CertificateFixture.trustDomain, authoritiesDER: [next.certificateDER])
        _ = try await one.verify(chainDER: [new], now: CertificateFixture.now)
        await #expect(throws: AuthError(.certificateChain)) {
            try await one.verify(chainDER: [old], now: CertificateFixture.now)
        }
    }

    @Test func `nothing, garbage, a long chain and a long certificate are refused`() async throws {
        let svid = try fixture.svid().der
        for chain in [[], [[1, 2, 3]], [svid, [1]], Array(repeating: svid, count: 5), [svid + [0]]] {
            #expect(try await rejection(chain) == .certificateMalformed)
        }
        let long = try fixture.leaf { leaf in
            leaf.names += (0..<400).map { .dnsName("host-\($0).example.org") }
        }
        #expect(try await rejection([long]) == .certificateMalformed)
    }

    @Test func `a verifier needs an authority, and all of one trust domain`() throws {
        let other = try CertificateAuthority.create(
            trustDomain: "other.org", now: CertificateFixture.now, random: fixture.random)
        #expect(throws: AuthError(.certificateTrustDomain)) { try EdgeCertificateVerifier([]) }
        #expect(throws: AuthError(.certificateTrustDomain)) {
            try EdgeCertificateVerifier([fixture.authority, other])
        }
    }
}
