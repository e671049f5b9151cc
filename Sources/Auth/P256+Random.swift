import Crypto
import Domain

extension P256.Signing.PrivateKey {
    /// A new key from the given source.
    ///
    /// 32 random bytes are a valid scalar except with probability 2^-32; then the next 32 are tried.
    /// - Throws: `AuthError` (`keyInvalid`) when the source never yields one.
    static func make(random: some RandomSource) throws(AuthError) -> P256.Signing.PrivateKey {
        for _ in 0..<8 {
            if let key = try? P256.Signing.PrivateKey(rawRepresentation: random.bytes(32)) { return key }
        }
        throw AuthError(.keyInvalid)
    }
}
