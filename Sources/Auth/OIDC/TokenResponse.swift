package import Domain
package import FoundationEssentials

/// The success answer of the token endpoint (RFC 6749, section 5.1, with the fields Keycloak adds, all of which the SDK
/// reads). Encoding it is the one place where tokens leave the server.
package struct TokenResponse: Encodable, Sendable {
    package let accessToken: Secret<String>
    /// Seconds.
    package let expiresIn: Int
    package let refreshToken: Secret<String>
    /// Seconds.
    package let refreshExpiresIn: Int
    package let scope: String
    /// The session's id, `sid` of the access token.
    package let sessionState: UUID
    /// For clients that a person approved in a browser and that asked for `openid`.
    package let idToken: Secret<String>?

    package init(
        access: IssuedAccessToken, refreshToken: OpaqueToken, refreshExpiresIn: Int, scope: String, sessionState: UUID,
        idToken: Secret<String>? = nil
    ) {
        self.accessToken = access.text
        self.expiresIn = access.expiresIn
        self.refreshToken = refreshToken.text
        self.refreshExpiresIn = refreshExpiresIn
        self.scope = scope
        self.sessionState = sessionState
        self.idToken = idToken
    }

    private enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case expiresIn = "expires_in"
        case refreshToken = "refresh_token"
        case refreshExpiresIn = "refresh_expires_in"
        case tokenType = "token_type"
        case scope
        case sessionState = "session_state"
        case idToken = "id_token"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(accessToken.reveal(), forKey: .accessToken)
        try container.encode(expiresIn, forKey: .expiresIn)
        try container.encode(refreshToken.reveal(), forKey: .refreshToken)
        try container.encode(refreshExpiresIn, forKey: .refreshExpiresIn)
        try container.encode("Bearer", forKey: .tokenType)
        try container.encode(scope, forKey: .scope)
        try container.encode(sessionState.text, forKey: .sessionState)
        try container.encodeIfPresent(idToken?.reveal(), forKey: .idToken)
    }
}
