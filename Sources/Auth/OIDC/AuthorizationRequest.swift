import Domain

/// A request to the authorization endpoint that may be answered to its redirect URI (RFC 6749, section 4.1.1; RFC 7636;
/// OpenID Connect Core 1.0, section 3.1.2.1).
package struct AuthorizationRequest: Sendable {
    package let clientID: String
    package let redirectURI: String
    package let state: String?
    package let nonce: String?
    package let scope: String
    package let challenge: String
    /// Answer without asking anybody, or not at all.
    package let isSilent: Bool
    /// Ask for the password again.
    package let wantsSignIn: Bool
    /// Ask the person before a code is given: the client said so, or it may be any program of this computer (RFC 8252,
    /// section 8.6).
    package let needsConsent: Bool
    /// How many seconds ago the password may have been given.
    package let maxAgeSeconds: Int?

    /// What a request that can't be fulfilled comes to.
    package enum Failure: Error, Sendable {
        /// Client or redirect URI are not ours: the browser stays here (RFC 6749, section 4.1.2.1).
        case here(String)
        /// The client is told.
        case redirect(to: String)
    }

    /// - Parameter query: the query string, without the question mark.
    /// - Throws: `Failure`.
    package init(query: String, redirects: RedirectURIs, issuer: String) throws(Failure) {
        let fields: FormFields
        do { fields = try FormFields(Array(query.utf8)) } catch { throw .here(error.detail) }
        guard let client = fields["client_id"], TokenRequest.clients.contains(client) else {
            throw .here("The client is not known.")
        }
        guard let uri = fields["redirect_uri"], redirects.allows(uri) else {
            throw .here("The client named an address to return to that is not registered.")
        }
        clientID = client
        redirectURI = uri
        state = fields["state"]
        nonce = fields["nonce"]
        challenge = fields["code_challenge"] ?? ""
        let prompts = Set((fields["prompt"] ?? "").split(separator: " "))
        isSilent = prompts == ["none"]
        wantsSignIn = prompts.contains("login") || prompts.contains("select_account")
        needsConsent = prompts.contains("consent") || !redirects.isRegistered(uri)
        maxAgeSeconds = fields["max_age"].flatMap { Int($0) }
        if let error = Self.error(in: fields, prompts) {
            throw .redirect(to: Self.answer(to: uri, state: fields["state"], issuer, error.0, error.1))
        }
        do {
            let asked = try TokenRequest.scope(fields["scope"]) ?? TokenRequest.defaultScope
            // A browser keeps no offline token: OpenID Connect Core 1.0, section 11, wants it to be consented to.
            scope = asked.split(separator: " ").filter { $0 != TokenRequest.offlineAccess }.joined(separator: " ")
        } catch {
            throw .redirect(to: Self.answer(to: uri, state: fields["state"], issuer, error.code.rawValue, error.detail))
        }
    }

    private static func error(in fields: FormFields, _ prompts: Set<Substring>) -> (String, String)? {
        if fields["request"] != nil { return ("request_not_supported", "Request objects are not supported.") }
        if fields["request_uri"] != nil { return ("request_uri_not_supported", "Request objects are not supported.") }
        guard fields["response_type"] == "code" else {
            return ("unsupported_response_type", "Only the response type code is supported.")
        }
        if let mode = fields["response_mode"], mode != "query" {
            return ("invalid_request", "Only the response mode query is supported.")
        }
        guard fields["code_challenge_method"] == "S256", let challenge = fields["code_challenge"],
            PKCE.isChallenge(challenge)
        else { return ("invalid_request", "A code_challenge of the method S256 is needed.") }
        if prompts.contains("none"), prompts.count > 1 {
            return ("invalid_request", "The prompts contradict each other.")
        }
        if let age = fields["max_age"], Int(age).map({ $0 >= 0 }) != true {
            return ("invalid_request", "max_age is not a number of seconds.")
        }
        if [fields["state"], fields["nonce"]].contains(where: {
            ($0?.utf8.count ?? 0) > 1000 || $0?.utf8.contains(0) == true
        }) {
            return ("invalid_request", "state and nonce have at most 1000 bytes and no U+0000.")
        }
        return nil
    }

    /// The redirect that tells the client of an error.
    package func refusal(_ code: String, _ detail: String, issuer: String) -> String {
        Self.answer(to: redirectURI, state: state, issuer, code, detail)
    }

    /// The redirect that brings the client its code.
    package func answer(code: OpaqueToken, issuer: String) -> String {
        RedirectURIs.adding([("code", code.text.reveal()), ("state", state), ("iss", issuer)], to: redirectURI)
    }

    /// `iss` is RFC 9207: the client sees who answered.
    private static func answer(to uri: String, state: String?, _ issuer: String, _ code: String, _ detail: String)
        -> String
    {
        RedirectURIs.adding(
            [("error", code), ("error_description", detail), ("state", state), ("iss", issuer)], to: uri)
    }
}
