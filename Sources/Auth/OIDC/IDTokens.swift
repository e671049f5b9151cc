import Crypto
package import Domain
package import FoundationEssentials
import JWTKit

/// The payload of an ID token (OpenID Connect Core 1.0, section 2). Times are whole seconds.
struct IDTokenClaims: JWTPayload, Equatable {
    var iss: String
    var sub: String
    var aud: String
    var azp: String
    var iat: Int
    var exp: Int
    var authTime: Int
    var nonce: String?
    var atHash: String
    var sid: String
    var email: String?
    var name: String?
    var preferredUsername: String?

    enum CodingKeys: String, CodingKey {
        case iss, sub, aud, azp, iat, exp, nonce, sid, email, name
        case authTime = "auth_time"
        case atHash = "at_hash"
        case preferredUsername = "preferred_username"
    }

    func verify(using _: some JWTAlgorithm) {}
}

/// What an ID token adds to the sign-in it stands for.
package struct Authentication: Sendable {
    /// When the person proved who they are.
    package let time: Date
    /// What the client asked to have repeated.
    package let nonce: String?
}

/// Who an ID token was about, from `id_token_hint`; it may have expired.
package struct IDTokenHint: Hashable, Sendable {
    package let userID: UserID
    package let clientID: String
}

extension AccessTokens {
    /// Signs an ID token for the access token it comes with.
    /// - Throws: `AuthError` (`noSigningKey`).
    func issueIDToken(
        to account: Account, with access: IssuedAccessToken, session: UUID, clientID: String, scope: String,
        authentication: Authentication
    ) async throws -> Secret<String> {
        let now = time.now()
        let (jwt, key) = try signer(at: now)
        let issuedAt = Int(now.timeIntervalSince1970.rounded(.down))
        let scopes = Set(scope.split(separator: " "))
        let half = SHA256.hash(data: Array(access.text.reveal().utf8)).prefix(16)
        let claims = IDTokenClaims(
            iss: settings.issuer, sub: account.userID.description, aud: clientID, azp: clientID, iat: issuedAt,
            exp: issuedAt + settings.lifeSeconds,
            authTime: Int(authentication.time.timeIntervalSince1970.rounded(.down)), nonce: authentication.nonce,
            atHash: Base64URL.encode(half), sid: session.text,
            email: scopes.contains("email") ? account.email.rawValue : nil,
            name: scopes.contains("profile") ? account.name : nil,
            preferredUsername: scopes.contains("profile") ? account.email.rawValue : nil)
        return Secret(try await jwt.sign(claims, kid: JWKIdentifier(string: key.id), header: ["typ": "JWT"]))
    }

    /// Reads an ID token of ours that a client gives back (OpenID Connect RP-Initiated Logout 1.0, section 4); `nil` for
    /// anything else.
    package func hint(_ token: String) async -> IDTokenHint? {
        let keys = currentKeys
        guard (try? AccessTokenHeader.check(token, type: "JWT", knownKeys: keys.all)) != nil,
            let claims = try? await keys.jwt.verify(token, as: IDTokenClaims.self), claims.iss == settings.issuer,
            let user = UserID(claims.sub)
        else { return nil }
        return IDTokenHint(userID: user, clientID: claims.aud)
    }
}
