package import Domain
import FoundationEssentials
package import Logging
import Persistence

/// Signing in through another OpenID provider: authorization code with PKCE, state and nonce (OpenID Connect Core 1.0,
/// section 3.1). Must be shut down.
package struct ExternalSignIn: Sendable {
    /// `GET`: where the provider sends the browser back to.
    package static let callbackPath = "/auth/external/callback"
    /// How long a person may take at the provider.
    package static let attemptSeconds = ExternalAttempt.lifeSeconds

    let settings: ExternalSettings
    let directory: ProviderDirectory
    let transport: any ProviderTransport
    let accounts: Accounts
    let sealing: SealingKeyring
    let time: any TimeSource
    let random: any RandomSource
    private let redirectURI: String

    /// - Throws: `Refusal.invalid` for a file of authorities that has none.
    package init(
        _ settings: ExternalSettings, http: ProviderHTTP, accounts: Accounts, sealing: SealingKeyring,
        endpoints: OIDCEndpoints, time: any TimeSource, random: any RandomSource, logger: Logger
    ) {
        self.init(
            settings, transport: http, accounts: accounts, sealing: sealing, endpoints: endpoints, time: time,
            random: random, logger: logger)
    }

    init(
        _ settings: ExternalSettings, transport: any ProviderTransport, accounts: Accounts, sealing: SealingKeyring,
        endpoints: OIDCEndpoints, time: any TimeSource, random: any RandomSource, logger: Logger
    ) {
        self.settings = settings
        self.transport = transport
        self.accounts = accounts
        self.sealing = sealing
        self.time = time
        self.random = random
        directory = ProviderDirectory(settings, transport: transport, time: time, logger: logger)
        redirectURI = endpoints.absolute(Self.callbackPath)
    }

    /// What the button says.
    package var name: String { settings.name }

    /// Where a browser begins, and the cookie that it must bring back.
    package struct Start: Sendable {
        package let location: String
        package let cookie: Secret<String>
    }

    /// Somebody who has come back.
    package struct Arrival: Sendable {
        package let account: Account
        /// Where the browser wanted to go; not checked.
        package let target: String
    }

    /// - Parameters:
    ///   - target: where to go on to afterwards.
    ///   - isFresh: asks the provider to have the person show anew who they are.
    /// - Throws: `ExternalError.unavailable`; `AuthError`.
    package func begin(target: String, isFresh: Bool) async throws -> Start {
        let provider = try await directory.provider()
        let attempt = ExternalAttempt(target: target, isFresh: isFresh, at: time.now(), random: random)
        let location = RedirectURIs.adding(
            [
                ("response_type", "code"), ("client_id", settings.clientID), ("redirect_uri", redirectURI),
                ("scope", settings.scopes), ("state", attempt.state), ("nonce", attempt.nonce),
                ("code_challenge", attempt.challenge), ("code_challenge_method", "S256"),
                ("prompt", isFresh ? "login" : nil),
            ], to: provider.metadata.authorizationEndpoint)
        return Start(location: location, cookie: try attempt.sealed(by: sealing, random: random))
    }

    /// Ends a sign-in with what the provider sent the browser back with.
    /// - Throws: `ExternalError`; `Refusal.conflict(.userLimit)` for a new person when there is no room;
    ///   `DatabaseError`.
    package func finish(_ answer: FormFields, cookie: String?) async throws -> Arrival {
        let attempt = try ExternalAttempt(cookie: cookie, keyring: sealing, at: time.now())
        guard answer["state"] == attempt.state else { throw ExternalError.refused(.state) }
        let provider = try await directory.provider()
        try checkIssuer(answer["iss"], provider.metadata)
        if answer["error"] != nil { throw ExternalError.refused(.denied) }
        guard let code = answer["code"] else { throw ExternalError.refused(.code) }
        let tokens = try await exchange(code, attempt, provider.metadata)
        let claims = try await claims(tokens, attempt, provider.metadata)
        let account = try await accounts.signIn(
            try ExternalProfile(claims, settings), issuer: settings.issuer, attempt: attempt)
        return Arrival(account: account, target: attempt.target)
    }

    /// RFC 9207: a code of another provider must not be sent to this one.
    private func checkIssuer(_ issuer: String?, _ metadata: ProviderMetadata) throws(ExternalError) {
        guard issuer == settings.issuer || (issuer == nil && metadata.sendsIssuer != true) else {
            throw .refused(.issuer)
        }
    }

    /// The claims of the ID token; with those of the userinfo endpoint when the token lacks the e-mail address, or the
    /// groups that matter.
    private func claims(
        _ tokens: TokenAnswer, _ attempt: ExternalAttempt, _ metadata: ProviderMetadata
    ) async throws(ExternalError) -> ExternalClaims {
        let header = try ExternalTokenHeader(tokens.idToken)
        guard header.type == nil || header.type == "jwt" else { throw .refused(.type) }
        var claims = try await directory.claims(of: tokens.idToken, header)
        try ExternalTokenRules(settings: settings).checkIDToken(
            claims, nonce: attempt.nonce, signedInAfter: attempt.isFresh ? attempt.startedAt : nil, at: time.now())
        let lacksGroups = settings.adminGroup != nil && claims.texts(settings.groupsClaim).isEmpty
        guard claims.values["email"] == nil || lacksGroups, let endpoint = metadata.userinfoEndpoint,
            let access = tokens.accessToken
        else { return claims }
        let more = try await transport.send(
            ProviderRequest(url: endpoint, authorization: Secret("Bearer \(access.reveal())"))
        ).decode(ExternalClaims.self, from: "userinfo")
        // It may be about somebody else (section 5.3.2).
        guard more.text("sub") == claims.text("sub") else { throw .refused(.subject) }
        claims.values.merge(more.values) { signed, _ in signed }
        return claims
    }

    private func exchange(
        _ code: String, _ attempt: ExternalAttempt, _ metadata: ProviderMetadata
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
        let name = (try? JSONDecoder().decode(TokenRefusal.self, from: Data(answer.body)))?.error ?? ""
        if name == "invalid_grant" { return .refused(.code) }
        // Anything else is a matter of settings, or of the provider; its name goes into the log.
        let isName =
            !name.isEmpty && name.utf8.count <= 40 && name.utf8.allSatisfy { (97...122).contains($0) || $0 == 95 }
        return .unavailable("token endpoint: status \(answer.status)\(isName ? " \(name)" : "")")
    }
}
