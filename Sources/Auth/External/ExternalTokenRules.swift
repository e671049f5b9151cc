import FoundationEssentials

/// What the claims of a provider's tokens must say, once the signature was checked.
struct ExternalTokenRules: Sendable {
    /// How far the provider's clock may be from ours, in seconds.
    static let leeway: TimeInterval = 60

    let settings: ExternalSettings

    /// An ID token as the answer to a sign-in (OpenID Connect Core 1.0, section 3.1.3.7).
    /// - Returns: when the person showed the provider who they are, if it tells; never later than now.
    /// - Throws: `ExternalError.refused`; `authTime` for a proof that is older than the attempt asks, or of which the
    ///   provider does not tell.
    func checkIDToken(
        _ claims: ExternalClaims, for attempt: ExternalAttempt, at now: Date
    ) throws(ExternalError) -> Date? {
        try checkIssuerAndTimes(claims, at: now)
        let audiences = claims.texts("aud")
        guard audiences.contains(settings.clientID) else { throw .refused(.audience) }
        let party = claims.text("azp")
        guard party == settings.clientID || (party == nil && audiences.count == 1) else { throw .refused(.audience) }
        guard claims.text("nonce") == attempt.nonce else { throw .refused(.nonce) }
        return try authTime(claims, for: attempt, at: now)
    }

    private func authTime(
        _ claims: ExternalClaims, for attempt: ExternalAttempt, at now: Date
    ) throws(ExternalError) -> Date? {
        let told = claims.seconds("auth_time")
        let latest = now.timeIntervalSince1970
        if let told, told < 0 || told > latest + Self.leeway { throw .refused(.authTime) }
        if let age = attempt.proof.maxSeconds {
            let earliest = attempt.startedAt.timeIntervalSince1970 - TimeInterval(age) - Self.leeway
            guard let told, told >= earliest else { throw .refused(.authTime) }
        }
        return told.map { Date(timeIntervalSince1970: min($0, latest)) }
    }

    /// An access token as a bearer token (RFC 9068, section 4). ID tokens, refresh tokens and logout tokens are refused:
    /// by their type, by what only they have, and, where a provider gives access tokens no type, by what they lack.
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
            !["at_hash", "c_hash", "s_hash", "events"].contains(where: { claims.values[$0] != nil })
        else { throw .refused(.type) }
        guard header.type == "at+jwt" || kind == .text("Bearer") || isAccessToken(claims) else {
            throw .refused(.type)
        }
    }

    /// Of a token that does not say what it is. The answer to a sign-in repeats a nonce and names the client as audience;
    /// an access token says what it is good for (`scope`, or `scp` as some write it).
    private func isAccessToken(_ claims: ExternalClaims) -> Bool {
        claims.values["nonce"] == nil && !claims.texts("aud").contains(settings.clientID)
            && (claims.values["scope"] != nil || claims.values["scp"] != nil)
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
