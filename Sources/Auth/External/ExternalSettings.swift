package import Domain

/// Another OpenID provider that people sign in through, as the settings name it (docs/settings.md).
package struct ExternalSettings: Sendable {
    /// `iss`, letter for letter.
    package let issuer: String
    package let clientID: String
    /// `nil` for a public client.
    package let clientSecret: Secret<String>?
    /// What the button says after "Sign in with".
    package let name: String
    /// Separated by spaces; has `openid`.
    package let scopes: String
    /// Which claim lists the groups: a name, or a path with dots such as `realm_access.roles`.
    package let groupsClaim: String
    /// Who is in this group is an administrator, and nobody else; `nil` leaves administrators alone.
    package let adminGroup: String?
    /// Which claim says that the e-mail address was verified.
    package let verifiedClaim: String
    /// `aud` of access tokens that are taken as bearer tokens; `nil` takes none.
    package let audience: String?
    /// Domains of e-mail addresses that may come in, in lower case; empty for any.
    package let domains: Set<String>
    /// PEM file with more authorities to trust.
    package let caFile: String?

    /// - Throws: `Refusal.invalid` naming the setting.
    package init(
        issuer: String, clientID: String, clientSecret: Secret<String>? = nil, name: String? = nil,
        scopes: String? = nil, groupsClaim: String? = nil, adminGroup: String? = nil, verifiedClaim: String? = nil,
        audience: String? = nil, domains: [String] = [], caFile: String? = nil
    ) throws(Refusal) {
        guard ProviderURL.isAllowed(issuer), !issuer.contains("?"), issuer.utf8.count <= 500 else {
            throw .invalid(
                "oidc.external.issuer", "issuer_url", "an https address without a query; http only on this computer")
        }
        let scopes = scopes ?? "openid email profile"
        guard scopes.split(separator: " ").contains("openid") else {
            throw .invalid("oidc.external.scopes", "openid", "scopes separated by spaces, openid among them")
        }
        // Otherwise an ID token, which every application of the person sees, would open the API.
        guard audience != clientID else {
            throw .invalid(
                "oidc.external.audience", "not_client_id", "an audience of the API's own, not the client's id")
        }
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.name = name ?? RedirectURIs.origin(of: issuer).map { String($0.drop { $0 != "/" }.dropFirst(2)) } ?? issuer
        self.scopes = scopes
        self.groupsClaim = groupsClaim ?? "groups"
        self.adminGroup = adminGroup
        self.verifiedClaim = verifiedClaim ?? "email_verified"
        self.audience = audience
        self.domains = Set(domains.map { $0.lowercased() })
        self.caFile = caFile
    }

    /// Where the metadata are (OpenID Connect Discovery 1.0, section 4).
    var discoveryURL: String {
        (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
    }
}

/// Which addresses the server talks to when a provider names them.
enum ProviderURL {
    /// https, or http on this computer.
    static func isAllowed(_ url: String) -> Bool {
        if url.hasPrefix("https://") { return RedirectURIs.origin(of: url) != nil }
        return RedirectURIs.isLoopback(url)
    }

    /// Whether a provider of this issuer may name the address: one that is reached by https stays there.
    static func isAllowed(_ url: String, of issuer: String) -> Bool {
        isAllowed(url) && (url.hasPrefix("https://") || issuer.hasPrefix("http://"))
    }
}
