import FoundationEssentials

/// What a provider says of itself (OpenID Connect Discovery 1.0, section 3), as far as it matters here.
struct ProviderMetadata: Decodable, Hashable, Sendable {
    let issuer: String
    let authorizationEndpoint: String
    let tokenEndpoint: String
    let jwksURI: String
    let userinfoEndpoint: String?
    let tokenEndpointAuthMethods: [String]?
    /// RFC 9207: its answers name the issuer, so that answers of two providers can't be mixed up.
    let sendsIssuer: Bool?

    private enum CodingKeys: String, CodingKey {
        case issuer
        case authorizationEndpoint = "authorization_endpoint"
        case tokenEndpoint = "token_endpoint"
        case jwksURI = "jwks_uri"
        case userinfoEndpoint = "userinfo_endpoint"
        case tokenEndpointAuthMethods = "token_endpoint_auth_methods_supported"
        case sendsIssuer = "authorization_response_iss_parameter_supported"
    }

    /// - Throws: `ExternalError.unavailable` unless the issuer is this one and every address may be used.
    func check(for issuer: String) throws(ExternalError) {
        guard self.issuer == issuer else { throw .unavailable("discovery: the document is of another issuer") }
        for url in [authorizationEndpoint, tokenEndpoint, jwksURI] + [userinfoEndpoint].compactMap(\.self) {
            guard ProviderURL.isAllowed(url, of: issuer) else {
                throw .unavailable("discovery: an address that is neither https nor on this computer")
            }
        }
    }

    /// Whether the secret goes into the header (RFC 6749, section 2.3.1), which is also what silence means.
    var takesBasic: Bool { tokenEndpointAuthMethods?.contains("client_secret_basic") ?? true }
}
