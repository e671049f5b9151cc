package import Domain

/// A request to the token endpoint, already checked for everything that needs no lookup. Clients are public: they name
/// themselves and have no secret.
package struct TokenRequest: Sendable {
    /// What the client offers in exchange.
    package enum Grant: Sendable {
        /// User name (an e-mail address, AUTH-10) and password.
        case password(username: String, password: Secret<String>)
        case refreshToken(OpaqueToken)
        /// A device asks whether it was approved (RFC 8628, section 3.4).
        case deviceCode(OpaqueToken)
        /// A code of the authorization endpoint with what it is bound to (RFC 6749, section 4.1.3; RFC 7636).
        case authorizationCode(OpaqueToken, redirectURI: String, verifier: String)
    }

    package let clientID: String
    package let grant: Grant
    /// What was asked for, `nil` when nothing was said.
    package let askedScope: String?
    /// What was asked for, or what clients get that ask for nothing.
    package var scope: String { askedScope ?? Self.defaultScope }

    /// The client id that the SDK sends (sdk-wire.md, section 1.2).
    package static let sdkClientID = "sdk-client"
    package static let deviceGrantType = "urn:ietf:params:oauth:grant-type:device_code"
    package static let grantTypes = ["authorization_code", "password", "refresh_token", deviceGrantType]
    /// `offline_access` asks for an offline token instead of a refresh token.
    package static let scopes = ["openid", "profile", "email", offlineAccess]
    package static let defaultScope = "openid profile email"
    package static let offlineAccess = "offline_access"
    package static let clients: Set<String> = [sdkClientID]

    /// Whether a scope asks for an offline token.
    static func isOffline(_ scope: String) -> Bool { scope.split(separator: " ").contains { $0 == offlineAccess } }

    /// Reads the body of `POST OIDCEndpoints.tokenPath`.
    /// - Throws: `TokenError`.
    package init(formBody: some Collection<UInt8>) throws(TokenError) {
        let fields = try FormFields(formBody)
        guard let grantType = fields["grant_type"] else {
            throw TokenError(.invalidRequest, "The field grant_type is missing.")
        }
        clientID = try Self.client(fields)
        askedScope = try Self.scope(fields["scope"])
        grant =
            switch grantType {
            case "password": try Self.passwordGrant(fields)
            case "refresh_token": try Self.refreshGrant(fields)
            case "authorization_code": try Self.codeGrant(fields)
            case Self.deviceGrantType: try Self.deviceGrant(fields)
            default: throw TokenError(.unsupportedGrantType, "This grant type is not supported.")
            }
    }

    /// The client that a form names.
    /// - Throws: `TokenError`.
    package static func client(_ fields: FormFields) throws(TokenError) -> String {
        guard let client = fields["client_id"] else {
            throw TokenError(.invalidRequest, "The field client_id is missing.")
        }
        guard clients.contains(client) else { throw TokenError(.invalidClient, "Unknown client.") }
        return client
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
        guard let token = OpaqueToken(text, kind: .refresh) ?? OpaqueToken(text, kind: .offline) else {
            throw TokenError.badRefreshToken
        }
        return .refreshToken(token)
    }

    private static func deviceGrant(_ fields: FormFields) throws(TokenError) -> Grant {
        guard let text = fields["device_code"] else {
            throw TokenError(.invalidRequest, "The field device_code is missing.")
        }
        guard let code = OpaqueToken(text, kind: .device) else { throw TokenError.badDeviceCode }
        return .deviceCode(code)
    }

    private static func codeGrant(_ fields: FormFields) throws(TokenError) -> Grant {
        guard let text = fields["code"], let uri = fields["redirect_uri"], let verifier = fields["code_verifier"] else {
            throw TokenError(.invalidRequest, "The fields code, redirect_uri and code_verifier are needed.")
        }
        guard let code = OpaqueToken(text, kind: .code) else { throw TokenError.badAuthorizationCode }
        return .authorizationCode(code, redirectURI: uri, verifier: verifier)
    }

    /// A list of known scopes in a fixed order.
    /// - Throws: `TokenError` (`invalid_scope`).
    package static func scope(_ text: String?) throws(TokenError) -> String? {
        guard let text else { return nil }
        let asked = text.split(separator: " ").map(String.init)
        guard !asked.isEmpty, asked.allSatisfy(scopes.contains) else {
            throw TokenError(.invalidScope, "Only openid, profile, email and offline_access are known.")
        }
        return scopes.filter(asked.contains).joined(separator: " ")
    }
}
