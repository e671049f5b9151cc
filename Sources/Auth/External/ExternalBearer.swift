import Domain
import FoundationEssentials
package import Persistence

/// Takes access tokens of another provider as bearer tokens, for users who have signed in through it before.
package struct ExternalBearer: Sendable {
    /// For so many seconds a checked token is taken without another look at the keys.
    static let memorySeconds: TimeInterval = 300

    private let settings: ExternalSettings
    private let directory: ProviderDirectory
    private let database: Database
    private let time: any TimeSource
    private let cache = VerifiedTokenCache(capacity: 4096)

    /// `nil` when the settings name no audience for bearer tokens.
    package init?(_ signIn: ExternalSignIn, database: Database) {
        guard signIn.settings.audience != nil else { return nil }
        settings = signIn.settings
        directory = signIn.directory
        time = signIn.time
        self.database = database
    }

    /// The claims of a token that was checked lately; `nil` says nothing about the token.
    func cachedClaims(of token: String) -> VerifiedClaims? {
        let now = time.now()
        return cache.claims(of: token) { now < $0.expiresAt && $0.issuedAt <= now + ExternalTokenRules.leeway }
    }

    /// To call when a user's link may be gone: their tokens are looked at anew.
    func forget(_ user: UserID) { cache.remove { $0.userID == user } }

    /// The claims of a token that says it is of this issuer; `nil` for others.
    /// - Throws: `ExternalError`; `DatabaseError`.
    func claims(of token: String) async throws -> VerifiedClaims? {
        guard let header = try? ExternalTokenHeader(token), header.issuer == settings.issuer else { return nil }
        let claims = try await directory.claims(of: token, header)
        let now = time.now()
        try ExternalTokenRules(settings: settings).checkAccessToken(claims, header, at: now)
        guard let subject = claims.text("sub"), let issued = claims.seconds("iat"), let expires = claims.seconds("exp"),
            let user = try await database.system(because: "a token of another provider names its own subject")
                .run(.externalUser(issuer: settings.issuer, subject: subject))
        else { throw ExternalError.refused(.subject) }
        let end = min(expires + ExternalTokenRules.leeway, now.timeIntervalSince1970 + Self.memorySeconds)
        let verified = VerifiedClaims(
            userID: user, sessionID: Self.id(settings.issuer, claims.text("sid") ?? claims.text("jti") ?? token),
            tokenID: Self.id(token), email: claims.text("email") ?? "",
            clientID: claims.text("client_id") ?? claims.text("azp") ?? "",
            issuedAt: Date(timeIntervalSince1970: issued), expiresAt: Date(timeIntervalSince1970: end))
        cache.insert(verified, for: token)
        return verified
    }

    /// A stable id for what the provider names in its own way.
    private static func id(_ parts: String...) -> UUID {
        let hash = Digest(hashing: Array("drover external 1\n\(parts.joined(separator: "\n"))".utf8))
        return FixedBytes(bytes: hash.bytes).uuid()
    }

    private struct FixedBytes: RandomSource {
        let bytes: [UInt8]
        func bytes(_ count: Int) -> [UInt8] { Array(bytes.prefix(count)) }
    }
}
