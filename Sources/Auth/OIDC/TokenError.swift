/// A refusal of the token endpoint in the form that OAuth clients expect (RFC 6749, section 5.2), not RFC 9457.
package struct TokenError: Error, Hashable, Sendable, Encodable {
    /// The closed list.
    package enum Code: String, Sendable, CaseIterable {
        case invalidRequest = "invalid_request"
        case invalidClient = "invalid_client"
        case invalidGrant = "invalid_grant"
        case unauthorizedClient = "unauthorized_client"
        case unsupportedGrantType = "unsupported_grant_type"
        case invalidScope = "invalid_scope"
        /// RFC 8628, section 3.5.
        case authorizationPending = "authorization_pending"
        case slowDown = "slow_down"
        case accessDenied = "access_denied"
        case expiredToken = "expired_token"
    }

    package let code: Code
    /// For a person; never says which of user name and password was wrong, never repeats input.
    package let detail: String

    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    /// A wrong user name, a wrong password, a deactivated user: all look the same.
    package static let badCredentials = TokenError(.invalidGrant, "Invalid user credentials.")
    /// An unknown, used, revoked or expired refresh token: all look the same.
    package static let badRefreshToken = TokenError(.invalidGrant, "Invalid refresh token.")

    /// An unknown, used or foreign device code: all look the same.
    package static let badDeviceCode = TokenError(.invalidGrant, "Invalid device code.")
    /// An unknown, used, expired or foreign authorization code, or one that was given for another redirect URI or
    /// verifier: all look the same.
    package static let badAuthorizationCode = TokenError(.invalidGrant, "Invalid authorization code.")

    /// 401 for `invalid_client`, else 400.
    package var status: Int { code == .invalidClient ? 401 : 400 }

    private enum CodingKeys: String, CodingKey {
        case error
        case errorDescription = "error_description"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(code.rawValue, forKey: .error)
        try container.encode(detail, forKey: .errorDescription)
    }
}
