package import Domain

/// A request to the token endpoint, already checked for everything that needs no lookup. Clients are public: they name
/// themselves and have no secret.
package struct TokenRequest: Sendable {
    /// What the client offers in exchange.
    package enum Grant: Sendable {
        /// User name (an e-mail address, AUTH-10) and password.
        case password(username: String, password: Secret<String>)
        case refreshToken(OpaqueToken)
    }

    package let clientID: String
    package let grant: Grant
    /// What was asked for, or everything there is.
    package let scope: String

    /// The client id that the SDK sends (sdk-wire.md, section 1.2).
    package static let sdkClientID = "sdk-client"
    package static let grantTypes = ["password", "refresh_token"]
    package static let scopes = ["openid", "profile", "email"]

    /// Reads the body of `POST OIDCEndpoints.tokenPath`.
    /// - Throws: `TokenError`.
    package init(
        formBody: some Collection<UInt8>, clients: Set<String> = [TokenRequest.sdkClientID]
    ) throws(TokenError) {
        let fields = try FormFields(formBody)
        guard let grantType = fields["grant_type"] else {
            throw TokenError(.invalidRequest, "The field grant_type is missing.")
        }
        guard let client = fields["client_id"] else {
            throw TokenError(.invalidRequest, "The field client_id is missing.")
        }
        guard clients.contains(client) else { throw TokenError(.invalidClient, "Unknown client.") }
        clientID = client
        scope = try Self.scope(fields["scope"])
        grant =
            switch grantType {
            case "password": try Self.passwordGrant(fields)
            case "refresh_token": try Self.refreshGrant(fields)
            default: throw TokenError(.unsupportedGrantType, "Only password and refresh_token are supported.")
            }
    }

    private static func passwordGrant(_ fields: FormFields) throws(TokenError) -> Grant {
        guard let username = fields["username"], let password = fields["password"] else {
            throw TokenError(.invalidRequest, "The fields username and password are needed.")
        }
        // What can't be in the database (over the limits, with U+0000) is answered like any other wrong pair.
        guard username.utf8.count <= 254, !username.utf8.contains(0), Password.isHashable(password) else {
            throw TokenError.badCredentials
        }
        return .password(username: username, password: Secret(password))
    }

    private static func refreshGrant(_ fields: FormFields) throws(TokenError) -> Grant {
        guard let text = fields["refresh_token"] else {
            throw TokenError(.invalidRequest, "The field refresh_token is missing.")
        }
        guard let token = OpaqueToken(text, kind: .refresh) else { throw TokenError.badRefreshToken }
        return .refreshToken(token)
    }

    private static func scope(_ text: String?) throws(TokenError) -> String {
        guard let text else { return scopes.joined(separator: " ") }
        let asked = text.split(separator: " ").map(String.init)
        guard !asked.isEmpty, asked.allSatisfy(scopes.contains) else {
            throw TokenError(.invalidScope, "Only openid, profile and email are known.")
        }
        return scopes.filter(asked.contains).joined(separator: " ")
    }
}
