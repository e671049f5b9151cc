/// Where the token endpoint and its documents are: the realm `master`, as the SDK expects it (sdk-wire.md, section 1.2).
package struct OIDCEndpoints: Hashable, Sendable {
    private static let realmPath = "/auth/realms/master"
    /// `POST`: the password and refresh_token grants.
    package static let tokenPath = realmPath + "/protocol/openid-connect/token"
    /// `GET`: the JWKS.
    package static let certsPath = realmPath + "/protocol/openid-connect/certs"
    /// `GET`: the discovery document.
    package static let discoveryPath = realmPath + "/.well-known/openid-configuration"

    /// `POST`: begins a device authorization.
    package static let deviceAuthorizationPath = realmPath + "/protocol/openid-connect/auth/device"
    /// `GET`, `POST`: the page where a device is approved (AUTH-05).
    package static let devicePath = realmPath + "/device"
    /// `GET`: the authorization endpoint.
    package static let authorizationPath = realmPath + "/protocol/openid-connect/auth"
    /// `GET`, `POST`: who an access token belongs to.
    package static let userInfoPath = realmPath + "/protocol/openid-connect/userinfo"
    /// `POST`: RFC 7009.
    package static let revocationPath = realmPath + "/protocol/openid-connect/revoke"
    /// `POST`: RFC 7662.
    package static let introspectionPath = realmPath + "/protocol/openid-connect/token/introspect"
    /// `GET`, `POST`: ends the browser session.
    package static let endSessionPath = realmPath + "/protocol/openid-connect/logout"

    /// Public base URL of the server without a trailing slash, for example `https://drover.example.com`.
    package let baseURL: String

    package init(baseURL: String) {
        var base = baseURL
        while base.hasSuffix("/") { base.removeLast() }
        self.baseURL = base
    }

    /// `iss` of every access token.
    package var issuer: String { baseURL + Self.realmPath }

    /// What a client finds at `discoveryPath`.
    package var discovery: DiscoveryDocument { DiscoveryDocument(self) }

    func absolute(_ path: String) -> String { baseURL + path }
}

/// Server metadata (RFC 8414; OpenID Connect Discovery 1.0, section 3). Lists only what exists.
package struct DiscoveryDocument: Codable, Hashable, Sendable {
    package let issuer: String
    package let authorizationEndpoint: String
    package let tokenEndpoint: String
    package let deviceAuthorizationEndpoint: String
    package let userinfoEndpoint: String
    package let revocationEndpoint: String
    package let introspectionEndpoint: String
    package let endSessionEndpoint: String
    package let jwksURI: String
    package let grantTypesSupported: [String]
    package let responseTypesSupported: [String]
    package let responseModesSupported: [String]
    package let codeChallengeMethodsSupported: [String]
    package let promptValuesSupported: [String]
    package let subjectTypesSupported: [String]
    package let scopesSupported: [String]
    package let claimsSupported: [String]
    package let tokenEndpointAuthMethodsSupported: [String]
    package let revocationEndpointAuthMethodsSupported: [String]
    package let idTokenSigningAlgValuesSupported: [String]
    package let authorizationResponseISSParameterSupported: Bool
    package let requestURIParameterSupported: Bool

    init(_ endpoints: OIDCEndpoints) {
        issuer = endpoints.issuer
        authorizationEndpoint = endpoints.absolute(OIDCEndpoints.authorizationPath)
        tokenEndpoint = endpoints.absolute(OIDCEndpoints.tokenPath)
        deviceAuthorizationEndpoint = endpoints.absolute(OIDCEndpoints.deviceAuthorizationPath)
        userinfoEndpoint = endpoints.absolute(OIDCEndpoints.userInfoPath)
        revocationEndpoint = endpoints.absolute(OIDCEndpoints.revocationPath)
        introspectionEndpoint = endpoints.absolute(OIDCEndpoints.introspectionPath)
        endSessionEndpoint = endpoints.absolute(OIDCEndpoints.endSessionPath)
        jwksURI = endpoints.absolute(OIDCEndpoints.certsPath)
        grantTypesSupported = TokenRequest.grantTypes
        responseTypesSupported = ["code"]
        responseModesSupported = ["query"]
        codeChallengeMethodsSupported = ["S256"]
        promptValuesSupported = ["none", "login", "select_account"]
        subjectTypesSupported = ["public"]
        scopesSupported = TokenRequest.scopes
        claimsSupported = [
            "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "sid", "email", "name",
            "preferred_username",
        ]
        tokenEndpointAuthMethodsSupported = ["none"]
        revocationEndpointAuthMethodsSupported = ["none"]
        idTokenSigningAlgValuesSupported = ["ES256"]
        authorizationResponseISSParameterSupported = true
        requestURIParameterSupported = false
    }

    private enum CodingKeys: String, CodingKey {
        case issuer
        case authorizationEndpoint = "authorization_endpoint"
        case tokenEndpoint = "token_endpoint"
        case deviceAuthorizationEndpoint = "device_authorization_endpoint"
        case userinfoEndpoint = "userinfo_endpoint"
        case revocationEndpoint = "revocation_endpoint"
        case introspectionEndpoint = "introspection_endpoint"
        case endSessionEndpoint = "end_session_endpoint"
        case jwksURI = "jwks_uri"
        case grantTypesSupported = "grant_types_supported"
        case responseTypesSupported = "response_types_supported"
        case responseModesSupported = "response_modes_supported"
        case codeChallengeMethodsSupported = "code_challenge_methods_supported"
        case promptValuesSupported = "prompt_values_supported"
        case subjectTypesSupported = "subject_types_supported"
        case scopesSupported = "scopes_supported"
        case claimsSupported = "claims_supported"
        case tokenEndpointAuthMethodsSupported = "token_endpoint_auth_methods_supported"
        case revocationEndpointAuthMethodsSupported = "revocation_endpoint_auth_methods_supported"
        case idTokenSigningAlgValuesSupported = "id_token_signing_alg_values_supported"
        case authorizationResponseISSParameterSupported = "authorization_response_iss_parameter_supported"
        case requestURIParameterSupported = "request_uri_parameter_supported"
    }
}
