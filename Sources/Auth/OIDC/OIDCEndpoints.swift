/// Where the token endpoint and its documents are: the realm `master`, as the SDK expects it (sdk-wire.md, section 1.2).
package struct OIDCEndpoints: Hashable, Sendable {
    private static let realmPath = "/auth/realms/master"
    /// `POST`: the password and refresh_token grants.
    package static let tokenPath = realmPath + "/protocol/openid-connect/token"
    /// `GET`: the JWKS.
    package static let certsPath = realmPath + "/protocol/openid-connect/certs"
    /// `GET`: the discovery document.
    package static let discoveryPath = realmPath + "/.well-known/openid-configuration"

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
    package var discovery: DiscoveryDocument {
        DiscoveryDocument(
            issuer: issuer, tokenEndpoint: baseURL + Self.tokenPath, jwksURI: baseURL + Self.certsPath)
    }
}

/// Server metadata (RFC 8414; OpenID Connect Discovery 1.0, section 3). Lists only what exists: there is no
/// authorization endpoint, hence no response type.
package struct DiscoveryDocument: Codable, Hashable, Sendable {
    package let issuer: String
    package let tokenEndpoint: String
    package let jwksURI: String
    package let grantTypesSupported: [String]
    package let responseTypesSupported: [String]
    package let subjectTypesSupported: [String]
    package let scopesSupported: [String]
    package let tokenEndpointAuthMethodsSupported: [String]
    package let idTokenSigningAlgValuesSupported: [String]

    init(issuer: String, tokenEndpoint: String, jwksURI: String) {
        self.issuer = issuer
        self.tokenEndpoint = tokenEndpoint
        self.jwksURI = jwksURI
        grantTypesSupported = TokenRequest.grantTypes
        responseTypesSupported = []
        subjectTypesSupported = ["public"]
        scopesSupported = TokenRequest.scopes
        tokenEndpointAuthMethodsSupported = ["none"]
        idTokenSigningAlgValuesSupported = ["ES256"]
    }

    private enum CodingKeys: String, CodingKey {
        case issuer
        case tokenEndpoint = "token_endpoint"
        case jwksURI = "jwks_uri"
        case grantTypesSupported = "grant_types_supported"
        case responseTypesSupported = "response_types_supported"
        case subjectTypesSupported = "subject_types_supported"
        case scopesSupported = "scopes_supported"
        case tokenEndpointAuthMethodsSupported = "token_endpoint_auth_methods_supported"
        case idTokenSigningAlgValuesSupported = "id_token_signing_alg_values_supported"
    }
}
