import Domain
import FoundationEssentials
import JWTKit

/// The rules on a token's header, checked before anything is computed. JWTKit falls back to its default key when it
/// doesn't know `kid` and doesn't compare `alg` with the key, so both are checked here (RFC 8725, sections 3.1, 3.11).
enum AccessTokenHeader {
    /// - Parameter type: `at+jwt` for access tokens (RFC 9068), `JWT` for ID tokens; one is never taken for the other.
    static func check(
        _ token: String, type: String = "at+jwt", knownKeys: [String: SigningKey]
    ) throws(AuthError) {
        guard token.utf8.count <= AccessTokens.maxTokenBytes else { throw AuthError(.tokenMalformed) }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Base64URL.decode(String(parts[0])),
            Base64URL.decode(String(parts[1])) != nil, let signature = Base64URL.decode(String(parts[2])),
            let fields = try? JSONDecoder().decodeForeign(JWTHeader.self, from: Data(header))
        else { throw AuthError(.tokenMalformed) }
        guard fields.alg == "ES256" else { throw AuthError(.tokenAlgorithm) }
        guard fields.typ == type, fields.fields["crit"] == nil else { throw AuthError(.tokenType) }
        guard let kid = fields.kid, knownKeys[kid] != nil else { throw AuthError(.tokenKey) }
        guard signature.count == 64 else { throw AuthError(.tokenSignature) }
    }
}
