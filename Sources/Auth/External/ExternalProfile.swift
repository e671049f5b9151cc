import Domain

/// Who somebody is, as the provider's claims say: the whole mapping of claims to a user.
struct ExternalProfile: Hashable, Sendable {
    /// Names the person at the issuer for good.
    let subject: String
    /// Only when the provider has verified it.
    let email: Email?
    /// Why there is none.
    let noEmail: ExternalError.Reason?
    /// For display.
    let name: String?
    /// Whether the person is in the administrators' group; `nil` when none is set.
    let isAdmin: Bool?

    /// - Throws: `ExternalError.refused`: `subject`; with a list of domains also `email`, `emailUnverified`, `domain`.
    init(_ claims: ExternalClaims, _ settings: ExternalSettings) throws(ExternalError) {
        guard let subject = claims.text("sub") else { throw .refused(.subject) }
        self.subject = subject
        // Nobody has the address of a service account, whatever the provider says.
        let address = claims.text("email").flatMap(Email.init(rawValue:)).flatMap { $0.isOfServiceAccount ? nil : $0 }
        let isVerified = claims.isTrue(settings.verifiedClaim)
        email = isVerified ? address : nil
        noEmail = address == nil ? .email : isVerified ? nil : .emailUnverified
        if !settings.domains.isEmpty {
            if let noEmail { throw .refused(noEmail) }
            guard let email, let domain = email.rawValue.split(separator: "@").last,
                settings.domains.contains(String(domain))
            else { throw .refused(.domain) }
        }
        name = ["name", "preferred_username"].lazy.compactMap { claims.text($0) }
            .map { SignInOrigin.cleaned($0, limit: 200) }.first { !$0.isEmpty }
        isAdmin = settings.adminGroup.map { claims.texts(settings.groupsClaim).contains($0) }
    }
}
