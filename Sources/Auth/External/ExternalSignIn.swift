package import Domain
package import FoundationEssentials
package import Logging
import Persistence

/// Signing in through another OpenID provider: authorization code with PKCE, state and nonce (OpenID Connect Core 1.0,
/// section 3.1). Must be shut down.
package struct ExternalSignIn: Sendable {
    /// `GET`: where the provider sends the browser back to.
    package static let callbackPath = "/auth/external/callback"
    /// How long a person may take at the provider.
    package static let attemptSeconds = ExternalAttempt.lifeSeconds
    /// So many may be exchanging their codes at the same time; the next ones are told to come again.
    static let maxExchanges = 16

    let settings: ExternalSettings
    let directory: ProviderDirectory
    let transport: any ProviderTransport
    let accounts: Accounts
    let sealing: SealingKeyring
    let time: any TimeSource
    let random: any RandomSource
    let redirectURI: String
    private let logger: Logger
    /// Each holds a connection for up to ten seconds, and strangers can come back as well.
    private let exchanges = Gate(places: maxExchanges, queueLimit: 0)

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
        self.logger = logger
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
        /// When the person showed the provider who they are, if it tells: never later than now.
        package let authenticatedAt: Date?
    }

    /// - Parameters:
    ///   - target: where to go on to afterwards.
    ///   - proof: how new the person's proof at the provider must be.
    /// - Throws: `ExternalError.unavailable`; `AuthError`.
    package func begin(target: String, proof: ProofAge) async throws -> Start {
        let provider = try await directory.provider()
        let attempt = ExternalAttempt(target: target, proof: proof, at: time.now(), random: random)
        let location = RedirectURIs.adding(
            [
                ("response_type", "code"), ("client_id", settings.clientID), ("redirect_uri", redirectURI),
                ("scope", settings.scopes), ("state", attempt.state), ("nonce", attempt.nonce),
                ("code_challenge", attempt.challenge), ("code_challenge_method", "S256"),
            ] + proof.parameters, to: provider.metadata.authorizationEndpoint)
        return Start(location: location, cookie: try attempt.sealed(by: sealing, random: random))
    }

    /// Ends a sign-in with what the provider sent the browser back with. Whatever comes of it, the provider is asked at
    /// most once about an attempt. What is refused is noted in the audit.
    /// - Throws: `ExternalError`; `Refusal`: `user_limit` for a new person when there is no room, unavailable when too
    ///   many come back at the same time; `DatabaseError`.
    package func finish(_ answer: FormFields, cookie: String?) async throws -> Arrival {
        var subject: String?
        do {
            let attempt = try ExternalAttempt(cookie: cookie, keyring: sealing, at: time.now())
            guard answer["state"] == attempt.state else { throw ExternalError.refused(.state) }
            let metadata = try await directory.provider().metadata
            try checkIssuer(answer["iss"], metadata)
            if answer["error"] != nil { throw ExternalError.refused(.denied) }
            guard let code = answer["code"] else { throw ExternalError.refused(.code) }
            let proof = try await exchanges.pass {
                try await accounts.useAttempt(attempt)
                return try await exchange(code, attempt, metadata)
            }
            subject = proof.claims.text("sub")
            let account = try await accounts.signIn(
                try ExternalProfile(proof.claims, settings), issuer: settings.issuer)
            return Arrival(account: account, target: attempt.target, authenticatedAt: proof.authenticatedAt)
        } catch let error {
            if let code = Self.auditCode(of: error) { await note(code, subject) }
            throw error
        }
    }

    /// What the audit has of an error; `nil` for what is nobody's refusal.
    private static func auditCode(of error: any Error) -> String? {
        switch error {
        case ExternalError.refused(let reason): "external_\(reason.rawValue)"
        case Refusal.conflict(.userLimit, _): Refusal.Conflict.userLimit.rawValue
        default: nil
        }
    }

    /// What was refused stays refused whether or not it can be noted.
    private func note(_ code: String, _ subject: String?) async {
        do {
            try await accounts.noteRefusal(code, issuer: settings.issuer, subject: subject)
        } catch {
            logger.warning("a refusal was not noted in the audit", metadata: ["error": "\(error)"])
        }
    }

    /// RFC 9207: a code of another provider must not be sent to this one.
    private func checkIssuer(_ issuer: String?, _ metadata: ProviderMetadata) throws(ExternalError) {
        guard issuer == settings.issuer || (issuer == nil && metadata.sendsIssuer != true) else {
            throw .refused(.issuer)
        }
    }
}
