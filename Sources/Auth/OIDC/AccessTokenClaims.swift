package import Domain
package import FoundationEssentials
import JWTKit

/// The payload of an access token (RFC 9068, with Keycloak's `azp`, `sid`, `typ`). Times are whole seconds: some
/// readers refuse fractions.
struct AccessTokenClaims: JWTPayload, Equatable {
    var iss: String
    var sub: String
    var aud: String
    var azp: String
    var clientID: String
    var email: String
    var preferredUsername: String
    var name: String?
    var iat: Int
    var nbf: Int?
    var exp: Int
    var jti: String
    var sid: String
    var typ: String
    var scope: String

    enum CodingKeys: String, CodingKey {
        case iss, sub, aud, azp, email, name, iat, nbf, exp, jti, sid, typ, scope
        case clientID = "client_id"
        case preferredUsername = "preferred_username"
    }

    /// The checks need the issuer's settings and the time; `AccessTokens` makes them.
    func verify(using _: some JWTAlgorithm) {}
}

/// What a verified access token says. Only `AccessTokens` makes one.
package struct VerifiedClaims: Hashable, Sendable {
    package let userID: UserID
    /// The session whose refresh token this access token came with.
    package let sessionID: UUID
    package let tokenID: UUID
    package let email: String
    package let clientID: String
    package let issuedAt: Date
    package let expiresAt: Date
    /// Separated by spaces.
    package var scope = ""
}

/// A fresh access token.
package struct IssuedAccessToken: Sendable {
    package let text: Secret<String>
    /// Seconds.
    package let expiresIn: Int
    package let expiresAt: Date
    /// `jti`.
    package let tokenID: UUID
}
