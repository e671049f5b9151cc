import Crypto
package import Domain
package import FoundationEssentials
import SwiftASN1
import X509

extension CertificateAuthority {
    /// The edge port's own certificate lives 90 days.
    package static let serverLifeSeconds = 90 * 24 * 60 * 60

    /// The edge port's certificate with a new key.
    package struct ServerCertificate: Sendable {
        package let certificate: IssuedCertificate
        /// PKCS#8.
        package let privateKeyPEM: Secret<String>
    }

    /// Issues a certificate for the names and addresses under which edges reach the server.
    /// - Throws: `Refusal.invalid` naming `edge_hosts` for a name that is neither a DNS name nor an IP address, or when
    ///   there is none; `AuthError`.
    package func issueServerCertificate(
        hosts: [String], now: Date, random: some RandomSource
    ) throws -> ServerCertificate {
        guard !hosts.isEmpty else { throw Refusal.invalid("edge_hosts", "not_empty", "at least one host is needed") }
        let names = try hosts.map(Self.generalName)
        let key = try P256.Signing.PrivateKey.make(random: random)
        let certificate = try issueLeaf(
            publicKey: .init(key.publicKey), names: names, usages: [.serverAuth], now: now,
            lifeSeconds: Self.serverLifeSeconds, serial: CertificateSerial(random: random))
        return ServerCertificate(certificate: certificate, privateKeyPEM: Secret(key.pemRepresentation))
    }

    private static func generalName(_ host: String) throws(Refusal) -> GeneralName {
        if let address = IPAddress.bytes(of: host) {
            return .ipAddress(ASN1OctetString(contentBytes: address[...]))
        }
        let labels = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isName = labels.allSatisfy { label in
            (1...63).contains(label.count) && label.first != 45 && label.last != 45
                && label.allSatisfy { (48...57).contains($0) || (97...122).contains($0) || $0 == 45 }
        }
        // An all-numeric last label would be read as an IPv4 address by some clients (RFC 3696, section 2).
        guard isName, host.utf8.count <= 253, labels.last?.allSatisfy({ (48...57).contains($0) }) == false else {
            throw .invalid("edge_hosts", "dns_or_ip", "lower-case DNS names and IP addresses, without a port")
        }
        return .dnsName(host)
    }
}
