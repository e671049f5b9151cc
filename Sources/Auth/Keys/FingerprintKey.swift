import Crypto
import Domain
import FoundationEssentials

/// Tells requests apart without keeping them: a digest that only who has the key can compute. In the database the key is
/// sealed, so a reader of the database can't find a password that was in a request by trying many.
package struct FingerprintKey: Sendable {
    private let key: SymmetricKey

    /// - Throws: `AuthError` (`keyInvalid`) unless there are 32 bytes.
    init(_ bytes: Secret<[UInt8]>) throws(AuthError) {
        guard bytes.reveal().count == 32 else { throw AuthError(.keyInvalid) }
        key = SymmetricKey(data: bytes.reveal())
    }

    /// HMAC-SHA256.
    package func fingerprint(of bytes: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
    }
}
