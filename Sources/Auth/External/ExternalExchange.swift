import Domain
import FoundationEssentials

extension ExternalSignIn {
    /// What a provider says of a person who came back from it.
    struct Proof: Sendable {
        let claims: ExternalClaims
        /// When the person showed the provider who they are, if it tells.
        let authenticatedAt: Date?
    }

    /// Exchanges a code for an ID token (OpenID Connect Core 1.0, section 3.1.3), and asks the userinfo endpoint when
    /// the token lacks the e-mail address, or the groups that matter.
    /// - Throws: `ExternalError`.
    func exchange(
        _ code: String, _ attempt: ExternalAttempt, _ metadata: ProviderMetadata
    ) async throws(ExternalError) -> Proof {
        let tokens = try await tokens(for: code, attempt, metadata)
        let header = try ExternalTokenHeader(tokens.idToken)
        guard header.type == nil || header.type == "jwt" else { throw .refused(.type) }
        let claims = try await directory.claims(of: tokens.idToken, header)
        let authenticatedAt = try ExternalTokenRules(settings: settings).checkIDToken(
            claims, for: attempt, at: time.now())
        let lacksGroups = settings.adminGroup != nil && claims.value(settings.groupsClaim) == nil
        guard claims.values["email"] == nil || lacksGroups, let endpoint = metadata.userinfoEndpoint,
            let access = tokens.accessToken
        else { return Proof(claims: claims, authenticatedAt: authenticatedAt) }
        let more = try await transport.send(
            ProviderRequest(url: endpoint, authorization: Secret("Bearer \(access.reveal())"))
        ).decode(ExternalClaims.self, from: "userinfo")
        // It may be about somebody else (section 5.3.2).
        guard more.text("sub") == claims.text("sub") else { throw .refused(.subject) }
        return Proof(claims: claims.completed(by: more, settings), authenticatedAt: authenticatedAt)
    }

    private func tokens(
        for code: String, _ attempt: ExternalAttempt, _ metadata: ProviderMetadata
    ) async throws(ExternalError) -> TokenAnswer {
        var fields = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectURI),
            ("code_verifier", attempt.verifier),
        ]
        var authorization: Secret<String>?
        if let secret = settings.clientSecret, metadata.takesBasic {
            let pair = "\(PercentEncoding.encode(settings.clientID)):\(PercentEncoding.encode(secret.reveal()))"
            authorization = Secret("Basic \(Data(pair.utf8).base64EncodedString())")
        } else {
            fields.append(("client_id", settings.clientID))
            if let secret = settings.clientSecret { fields.append(("client_secret", secret.reveal())) }
        }
        let form = fields.map { "\($0)=\(PercentEncoding.encode($1))" }.joined(separator: "&")
        let answer = try await transport.send(
            ProviderRequest(url: metadata.tokenEndpoint, authorization: authorization, form: Secret(form)))
        guard answer.status == 200 else { throw TokenRefusal.error(answer) }
        return try answer.decode(TokenAnswer.self, from: "token endpoint")
    }
}

extension ExternalClaims {
    /// With what only the userinfo answer has. The address and whether it was verified come from one and the same
    /// document: one may say of another address that it was.
    func completed(by more: ExternalClaims, _ settings: ExternalSettings) -> ExternalClaims {
        var all = self
        if values["email"] == nil {
            all.values["email"] = more.values["email"]
            all.values[settings.verifiedClaim] = more.values[settings.verifiedClaim]
        }
        for name in ["name", "preferred_username"] where values[name] == nil { all.values[name] = more.values[name] }
        if value(settings.groupsClaim) == nil { all.values[settings.groupsClaim] = more.value(settings.groupsClaim) }
        return all
    }
}

private struct TokenAnswer: Decodable {
    let idToken: String
    let accessToken: Secret<String>?

    private enum CodingKeys: String, CodingKey {
        case idToken = "id_token"
        case accessToken = "access_token"
    }
}

/// An error of the token endpoint (RFC 6749, section 5.2).
private struct TokenRefusal: Decodable {
    let error: String

    static func error(_ answer: ProviderAnswer) -> ExternalError {
        let name = (try? JSONDecoder().decodeForeign(TokenRefusal.self, from: Data(answer.body)))?.error ?? ""
        if name == "invalid_grant" { return .refused(.code) }
        // Anything else is a matter of settings, or of the provider; its name goes into the log.
        let isName =
            !name.isEmpty && name.utf8.count <= 40 && name.utf8.allSatisfy { (97...122).contains($0) || $0 == 95 }
        return .unavailable("token endpoint: status \(answer.status)\(isName ? " \(name)" : "")")
    }
}
