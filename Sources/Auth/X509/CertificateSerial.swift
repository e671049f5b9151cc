package import Domain
import X509

/// A certificate's serial number, in the one form that is stored and compared: big-endian bytes without leading zeros.
package struct CertificateSerial: Hashable, Sendable, CustomStringConvertible {
    /// At most 20 bytes (RFC 5280, section 4.1.2.2).
    package let bytes: [UInt8]

    /// A new one: 128 random bits, positive.
    package init(random: some RandomSource) { self.init(bytes: random.bytes(16)) }

    /// From a certificate or the database.
    package init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes.drop { $0 == 0 }) }

    /// Lower-case hex, two digits a byte.
    package var description: String { Hex.encode(bytes) }

    var x509: Certificate.SerialNumber { Certificate.SerialNumber(bytes: bytes) }
}
