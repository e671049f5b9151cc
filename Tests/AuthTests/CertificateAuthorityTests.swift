import Crypto
import Domain
import FoundationEssentials
import SwiftASN1
import TestSupport
import Testing
import X509

@testable import Auth

@Suite(.timeLimit(.minutes(4))) struct CertificateAuthorityTests {
    let fixture: CertificateFixture
    static let attime = String(Int(CertificateFixture.now.timeIntervalSince1970))

    init() throws { fixture = try CertificateFixture() }

    @Test(.proves("EDGE-07"), arguments: ["sslclient", "sslserver"])
    func `openssl accepts an SVID for both ends of a connection`(purpose: String) async throws {
        let openssl = try OpenSSL()
        try openssl.write("ca.pem", fixture.authority.certificatePEM.utf8)
        try openssl.write("leaf.pem", try fixture.svid().pem.utf8)
        let checked = try await openssl.run(
            "verify", "-x509_strict", "-purpose", purpose, "-attime", Self.attime, "-CAfile", "ca.pem", "leaf.pem")
        #expect(checked.status == 0, "\(checked.text)")
        let late = String(Int(CertificateFixture.now.timeIntervalSince1970) + 7 * 86_400 + 1)
        let expired = try await openssl.run("verify", "-attime", late, "-CAfile", "ca.pem", "leaf.pem")
        #expect(expired.status != 0 && expired.text.contains("expired"))
    }

    @Test(.proves("EDGE-07")) func `openssl prints an SVID as the SPIFFE standard wants it`() async throws {
        let openssl = try OpenSSL()
        try openssl.write("leaf.pem", try fixture.svid().pem.utf8)
        let printed = try await openssl.run("x509", "-in", "leaf.pem", "-noout", "-text")
        #expect(printed.status == 0)
        let lines = printed.text.split(separator: "\n").map { $0.drop { $0 == " " } }
        func after(_ heading: String) -> Substring? {
            lines.firstIndex { $0.hasPrefix(heading) }.flatMap { lines.indices.contains($0 + 1) ? lines[$0 + 1] : nil }
        }
        #expect(lines.contains { $0.hasPrefix("Subject:") && $0.dropFirst(8).allSatisfy { $0 == " " } })
        #expect(
            after("X509v3 Subject Alternative Name: critical")
                == "URI:spiffe://example.org/ns/deployments/edge/\(fixture.edge.text)")
        #expect(after("X509v3 Basic Constraints: critical") == "CA:FALSE")
        #expect(after("X509v3 Key Usage: critical") == "Digital Signature")
        #expect(
            after("X509v3 Extended Key Usage:") == "TLS Web Server Authentication, TLS Web Client Authentication")
        #expect(after("X509v3 Subject Key Identifier:") != nil)
        #expect(after("X509v3 Authority Key Identifier:") != nil)
    }

    @Test func `an SVID is valid from five minutes ago for seven days and has the serial it was given`() throws {
        let serial = CertificateSerial(bytes: [0xFF] + Array(repeating: 0x11, count: 15))
        let svid = try fixture.authority.issueEdgeSVID(
            for: fixture.spiffeID, request: fixture.request(), now: CertificateFixture.now + 0.5, serial: serial)
        #expect(svid.notBefore == CertificateFixture.now - 300)
        #expect(svid.notAfter == CertificateFixture.now + 7 * 86_400)
        #expect(svid.serial == serial)
        #expect(svid.keySHA256 == (try fixture.request().keySHA256))
        let certificate = try Certificate(derEncoded: svid.der)
        #expect(Array(certificate.serialNumber.bytes.drop { $0 == 0 }) == serial.bytes)
        // A leading bit that is set needs one octet more, so that the number stays positive.
        let encoded = [0x02, 0x11, 0x00, 0xFF] + Array(repeating: UInt8(0x11), count: 15)
        #expect(svid.der.indices.contains { svid.der[$0...].starts(with: encoded) })
    }

    @Test(arguments: [[], [0, 0, 0], Array(repeating: 1, count: 21)])
    func `a serial that is no positive number of 20 octets is refused`(bytes: [UInt8]) throws {
        let request = try fixture.request()
        #expect(throws: AuthError(.certificateIssuance)) {
            try fixture.authority.issueEdgeSVID(
                for: fixture.spiffeID, request: request, now: CertificateFixture.now,
                serial: CertificateSerial(bytes: bytes))
        }
    }

    @Test(arguments: [
        "spiffe://other.org/ns/deployments/edge/898bb58c-77c2-4164-b6cc-f004dc39e125", "spiffe://example.org",
    ])
    func `no SVID is issued for another trust domain or for anything but an edge`(uri: String) throws {
        let request = try fixture.request()
        let id = try #require(SPIFFEID(uri: uri))
        #expect(throws: AuthError(.certificateTrustDomain)) {
            try fixture.authority.issueEdgeSVID(
                for: id, request: request, now: CertificateFixture.now, serial: .init(random: fixture.random))
        }
    }

    @Test func `a leaf never outlives its authority`() throws {
        let late = CertificateFixture.now + TimeInterval(CertificateAuthority.lifeSeconds) - 3600
        #expect(try fixture.svid(now: late).notAfter == fixture.authority.notAfter)
    }

    @Test func `openssl takes the root for an authority of its trust domain`() async throws {
        let openssl = try OpenSSL()
        try openssl.write("ca.pem", fixture.authority.certificatePEM.utf8)
        let printed = try await openssl.run("x509", "-in", "ca.pem", "-noout", "-text", "-fingerprint", "-sha256")
        #expect(printed.text.contains("CA:TRUE, pathlen:1"))
        #expect(printed.text.contains("Certificate Sign, CRL Sign"))
        #expect(printed.text.contains("URI:spiffe://example.org\n"))
        let fingerprint = fixture.authority.certificateSHA256.hex.uppercased()
        #expect(printed.text.filter { $0 != ":" }.contains(fingerprint))
        let checked = try await openssl.run(
            "verify", "-x509_strict", "-check_ss_sig", "-attime", Self.attime, "-CAfile", "ca.pem", "ca.pem")
        #expect(checked.status == 0, "\(checked.text)")
    }

    @Test func `a stored authority comes back and issues certificates that the old root vouches for`() async throws {
        let stored = try CertificateAuthority(
            trustDomain: CertificateFixture.trustDomain, certificateDER: fixture.authority.certificateDER,
            privateKey: fixture.authority.privateKey)
        #expect(stored.certificateSHA256 == fixture.authority.certificateSHA256)
        let svid = try stored.issueEdgeSVID(
            for: fixture.spiffeID, request: fixture.request(), now: CertificateFixture.now,
            serial: .init(random: fixture.random))
        let principal = try await fixture.verifier().verify(chainDER: [svid.der], now: CertificateFixture.now)
        #expect(principal.edgeID.rawValue == fixture.edge)
    }

    @Test func `a stored authority with a foreign key, name or certificate is refused`() throws {
        let other = try CertificateFixture(seed: 2).authority
        let mine = fixture.authority
        let domain = CertificateFixture.trustDomain
        #expect(throws: AuthError(.keyInvalid)) {
            try CertificateAuthority(
                trustDomain: domain, certificateDER: mine.certificateDER, privateKey: other.privateKey)
        }
        #expect(throws: AuthError(.certificateTrustDomain)) {
            try CertificateAuthority(
                trustDomain: "other.org", certificateDER: mine.certificateDER, privateKey: mine.privateKey)
        }
        #expect(throws: AuthError(.certificateMalformed)) {
            try CertificateAuthority(trustDomain: domain, certificateDER: [1, 2, 3], privateKey: mine.privateKey)
        }
    }

    @Test(arguments: ["", "Example.org", "a b", "example.org/x"])
    func `an authority is not made for a bad trust domain`(domain: String) {
        #expect(throws: Refusal.self) {
            try CertificateAuthority.create(
                trustDomain: domain, now: CertificateFixture.now, random: fixture.random)
        }
    }

    @Test func `openssl accepts the edge port's certificate for its hosts and no other`() async throws {
        let server = try fixture.authority.issueServerCertificate(
            hosts: ["edge.example.org", "localhost", "127.0.0.1", "::1"], now: CertificateFixture.now,
            random: fixture.random)
        #expect(server.certificate.notAfter == CertificateFixture.now + 90 * 86_400)
        let openssl = try OpenSSL()
        try openssl.write("ca.pem", fixture.authority.certificatePEM.utf8)
        try openssl.write("server.pem", server.certificate.pem.utf8)
        try openssl.write("key.pem", server.privateKeyPEM.reveal().utf8)
        for (option, host, accepted) in [
            ("-verify_hostname", "edge.example.org", true), ("-verify_hostname", "localhost", true),
            ("-verify_ip", "127.0.0.1", true), ("-verify_ip", "::1", true),
            ("-verify_hostname", "evil.example.org", false), ("-verify_ip", "127.0.0.2", false),
        ] {
            let checked = try await openssl.run(
                "verify", "-x509_strict", "-purpose", "sslserver", option, host, "-attime", Self.attime, "-CAfile",
                "ca.pem", "server.pem")
            #expect((checked.status == 0) == accepted, "\(host): \(checked.text)")
        }
        let asClient = try await openssl.run(
            "verify", "-purpose", "sslclient", "-attime", Self.attime, "-CAfile", "ca.pem", "server.pem")
        #expect(asClient.status != 0)
        try await openssl.prepare("x509", "-in", "server.pem", "-noout", "-pubkey", "-out", "a.pem")
        try await openssl.prepare("pkey", "-in", "key.pem", "-pubout", "-out", "b.pem")
        #expect(try openssl.read("a.pem") == openssl.read("b.pem"))
    }

    @Test(arguments: [
        [], [""], ["Edge.example.org"], ["a b"], ["edge.example.org:8443"], ["*.example.org"], ["1.2.3"], ["-a"],
    ])
    func `hosts that are neither names nor addresses are refused by name`(hosts: [String]) throws {
        let refusal = try #require(throws: Refusal.self) {
            try fixture.authority.issueServerCertificate(
                hosts: hosts, now: CertificateFixture.now, random: fixture.random)
        }
        guard case .invalid(let errors) = refusal else {
            Issue.record("not a refusal of a field: \(refusal)")
            return
        }
        #expect(errors.map(\.field) == ["edge_hosts"])
    }
}
