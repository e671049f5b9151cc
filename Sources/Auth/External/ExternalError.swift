package import Domain

/// Why a sign-in or a token of another provider does not work.
package enum ExternalError: Error, Hashable, Sendable {
    /// The provider is away, or does not speak the protocol. The reason is for the log and has no secrets.
    case unavailable(String)
    /// What came is not acceptable.
    case refused(Reason)

    /// The closed list. People see a sentence; the log has the name, and the audit has it after `external_`.
    package enum Reason: String, Sendable, CaseIterable {
        /// No cookie, an old one, or a foreign one.
        case attempt
        case state, nonce, code, replayed, denied
        case malformed, algorithm, key, signature, type
        case issuer, audience, expired, subject
        case notYetValid = "not_yet_valid"
        /// The proof is too old, or the provider does not say how old it is.
        case authTime = "auth_time"
        case email, domain, inactive
        case emailUnverified = "email_unverified"
        case otherIdentity = "other_identity"
    }

    /// The answer to the client. What went wrong inside the protocol is not told.
    package var refusal: Refusal {
        switch self {
        case .unavailable: .unavailable("the other sign-in provider does not answer", retryAfterSeconds: 5)
        case .refused(let reason): reason.refusal
        }
    }
}

extension ExternalError.Reason {
    fileprivate var refusal: Refusal {
        switch self {
        case .denied: .forbidden("the other sign-in provider did not sign you in")
        case .email: .forbidden("the other sign-in provider did not tell your e-mail address, which is needed here")
        case .emailUnverified:
            .forbidden("the other sign-in provider has not verified your e-mail address; verify it there first")
        case .domain: .forbidden("e-mail addresses of this domain may not sign in here")
        case .otherIdentity:
            .forbidden("the account with your e-mail address belongs to another sign-in at the provider")
        case .authTime:
            .unauthenticated("the other sign-in provider did not confirm that you showed it just now who you are")
        case .inactive: .forbidden("your account is not active; an administrator can activate it")
        default: .unauthenticated("the sign-in did not work, was used before, or took too long; begin it again")
        }
    }
}
