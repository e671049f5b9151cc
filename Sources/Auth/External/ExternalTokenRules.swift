import FoundationEssentials

/// What the claims of a provider's tokens must say, once the signature was checked.
struct ExternalTokenRules: Sendable {
    /// How far the provider's clock may be from ours, in seconds.
    static let leeway: TimeInterval = 60

    let settings: ExternalSettings

    /// An ID token as the answer to a sign-in (OpenID Connect Core 1.0, section 3.1.3.7).
    /// - Parameter signedInAfter: when the person had to show anew who they are: `auth_time`, if told, is not before.
    /// - Throws: `ExternalError.refused`.
    func checkIDToken(
        _ claims: ExternalClaims, nonce: String, signedInAfter: Date?, at now: Date
    ) throws(ExternalError) {
        try checkIssuerAndTimes(claims, at: now)
        let audiences = claims.texts("aud")
        guard audiences.contains(settings.clientID) else { throw .refused(.audience) }
        let party = claims.text("azp")
        guard party == settings.clientID || (party == nil && audiences.count == 1) else { throw .refused(.audience) }
        guard claims.text("nonce") == nonce else { throw .refused(.nonce) }
        if let signedInAfter, let authTime = claims.seconds("auth_time") {
            guard authTime >= signedInAfter.timeIntervalSince1970 - Self.leeway else { throw .refused(.authTime) }
        }
    }

    /// An access token as a bearer token (RFC 9068, section 4). ID tokens, refresh tokens and logout tokens are refused
    /// by what only they have.
    /// - Throws: `ExternalError.refused`.
    func checkAccessToken(
        _ claims: ExternalClaims, _ header: ExternalTokenHeader, at now: Date
    ) throws(ExternalError) {
        guard header.type == nil || header.type == "jwt" || header.type == "at+jwt" else { throw .refused(.type) }
        try checkIssuerAndTimes(claims, at: now)
        guard let audience = settings.audience, claims.texts("aud").contains(audience) else {
            throw .refused(.audience)
        }
        let kind = claims.values["typ"]
        guard kind == nil || kind == .text("Bearer"),
            !["at_hash", "c_hash", "events"].contains(where: { claims.values[$0] != nil })
        else { throw .refused(.type) }
    }

    private func checkIssuerAndTimes(_ claims: ExternalClaims, at now: Date) throws(ExternalError) {
        guard claims.text("iss") == settings.issuer else { throw .refused(.issuer) }
        guard let subject = claims.text("sub"), (1...255).contains(subject.unicodeScalars.count),
            !subject.unicodeScalars.contains("\0")
        else { throw .refused(.subject) }
        let seconds = now.timeIntervalSince1970
        guard let expires = claims.seconds("exp"), let issued = claims.seconds("iat") else {
            throw .refused(.malformed)
        }
        guard seconds < expires + Self.leeway else { throw .refused(.expired) }
        guard max(issued, claims.seconds("nbf") ?? issued) <= seconds + Self.leeway else {
            throw .refused(.notYetValid)
        }
    }
}
