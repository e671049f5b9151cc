package import Domain
package import FoundationEssentials
import JWTKit
import Synchronization

/// Issues and verifies ES256 access tokens. JWTKit signs, parses and checks signatures; the rules about header and
/// claims, and the cache of verified tokens, are here.
package final class AccessTokens: Sendable {
    /// What every token of this server has in common.
    package struct Settings: Sendable {
        package var issuer: String
        package var audience = "drover"
        /// The life of an access token.
        package var lifeSeconds = 300
        /// How far the clocks of two servers may be apart.
        package var leewaySeconds = 10
        /// How many verified tokens are remembered.
        package var cacheCapacity = 20_000

        package init(issuer: String) { self.issuer = issuer }
    }

    /// Longer ones are refused unread; ours have about 900 bytes.
    package static let maxTokenBytes = 4096

    struct Keys: Sendable {
        var all: [String: SigningKey]
        var jwt: JWTKeyCollection

        init(_ keys: [SigningKey]) async throws {
            all = Dictionary(keys.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            jwt = JWTKeyCollection()
            for key in keys {
                await jwt.add(ecdsa: try ES256PrivateKey(backing: key.key), kid: JWKIdentifier(string: key.id))
            }
        }
    }

    package let settings: Settings
    let time: any TimeSource
    private let random: any RandomSource
    private let keys: Mutex<Keys>
    /// Where keys that this replica does not know yet are looked up.
    let keySource = Mutex(KeySource())
    let cache: VerifiedTokenCache

    /// - Parameter keys: the newest that may still sign does; all of them verify.
    package init(
        settings: Settings, keys: [SigningKey], time: any TimeSource = SystemTime(),
        random: any RandomSource = SystemRandom()
    ) async throws {
        self.settings = settings
        self.time = time
        self.random = random
        self.keys = Mutex(try await Keys(keys))
        self.cache = VerifiedTokenCache(capacity: settings.cacheCapacity)
    }

    /// Takes a new set of keys, for example after a rotation; tokens of keys that are gone are refused from now on. The
    /// same set again changes nothing.
    package func replaceKeys(_ new: [SigningKey]) async throws {
        guard keys.withLock({ Set($0.all.keys) != Set(new.map(\.id)) }) else { return }
        let replacement = try await Keys(new)
        keys.withLock { $0 = replacement }
        cache.remove { _ in true }
    }

    var currentKeys: Keys { keys.withLock { $0 } }

    /// The public keys, for `OIDCEndpoints.certsPath`.
    package var jsonWebKeySet: JSONWebKeySet { JSONWebKeySet(keys.withLock { Array($0.all.values) }) }

    /// Signs a token for a user's session.
    /// - Throws: `AuthError` (`noSigningKey`) when no key may sign now.
    package func issue(
        to account: Account, session: UUID, clientID: String, scope: String
    ) async throws -> IssuedAccessToken {
        let now = time.now()
        let (jwt, key) = try signer(at: now)
        // Whole seconds: a token of the second in which older ones were refused counts from the next, which `check` takes.
        let issuedAt = Int(max(now.timeIntervalSince1970.rounded(.down), account.firstSecond))
        let tokenID = random.uuid()
        let claims = AccessTokenClaims(
            iss: settings.issuer, sub: account.userID.description, aud: settings.audience, azp: clientID,
            clientID: clientID, email: account.email.rawValue, preferredUsername: account.email.rawValue,
            name: account.name, iat: issuedAt, exp: issuedAt + settings.lifeSeconds, jti: tokenID.text,
            sid: session.text, typ: "Bearer", scope: scope)
        let text = try await jwt.sign(claims, kid: JWKIdentifier(string: key.id), header: ["typ": "at+jwt"])
        return IssuedAccessToken(
            text: Secret(text), expiresIn: settings.lifeSeconds,
            expiresAt: Date(timeIntervalSince1970: TimeInterval(claims.exp)), tokenID: tokenID)
    }

    /// The key that signs now.
    /// - Throws: `AuthError` (`noSigningKey`).
    func signer(at now: Date) throws(AuthError) -> (JWTKeyCollection, SigningKey) {
        let keys = currentKeys
        let able = keys.all.values.filter { $0.notAfter > now }
        // A replica whose clock is behind the one that made the first key signs with it all the same.
        let newest = able.filter { $0.signsFrom <= now }.max { $0.signsFrom < $1.signsFrom }
        guard let key = newest ?? able.min(by: { $0.signsFrom < $1.signsFrom }) else { throw AuthError(.noSigningKey) }
        return (keys.jwt, key)
    }

    /// The claims of a token that was verified before and is still valid, without a signature check and without
    /// suspending; `nil` says nothing about the token.
    package func cachedClaims(of token: String) -> VerifiedClaims? {
        guard token.utf8.count <= Self.maxTokenBytes else { return nil }
        let now = time.now()
        return cache.claims(of: token) { self.isCurrent($0, now) }
    }

    /// Verifies signature, header and every claim.
    /// - Throws: `AuthError` with one of the `token…` codes.
    package func verify(_ token: String) async throws(AuthError) -> VerifiedClaims {
        if let known = cachedClaims(of: token) { return known }
        let keys = try await keys(for: token)
        let claims: AccessTokenClaims
        do {
            claims = try await keys.jwt.verify(token)
        } catch let error as JWTError where error.errorType == .signatureVerificationFailed {
            throw AuthError(.tokenSignature)
        } catch {
            throw AuthError(.tokenMalformed)
        }
        let verified = try check(claims, at: time.now())
        cache.insert(verified, for: token)
        return verified
    }

    /// Forgets verified tokens of a user, so that their next use is looked at anew.
    package func forget(_ userID: UserID) { cache.remove { $0.userID == userID } }

    private func check(_ claims: AccessTokenClaims, at now: Date) throws(AuthError) -> VerifiedClaims {
        guard claims.typ == "Bearer" else { throw AuthError(.tokenType) }
        guard claims.iss == settings.issuer else { throw AuthError(.tokenIssuer) }
        guard claims.aud == settings.audience else { throw AuthError(.tokenAudience) }
        guard let user = UserID(claims.sub), user.description == claims.sub, let session = UUID(text: claims.sid),
            let tokenID = UUID(text: claims.jti)
        else { throw AuthError(.tokenSubject) }
        let verified = VerifiedClaims(
            userID: user, sessionID: session, tokenID: tokenID, email: claims.email, clientID: claims.clientID,
            issuedAt: Date(timeIntervalSince1970: TimeInterval(claims.iat)),
            expiresAt: Date(timeIntervalSince1970: TimeInterval(claims.exp)), scope: claims.scope)
        let leeway = TimeInterval(settings.leewaySeconds)
        let starts = Date(timeIntervalSince1970: TimeInterval(max(claims.iat, claims.nbf ?? claims.iat)))
        guard starts <= now + leeway else { throw AuthError(.tokenNotYetValid) }
        guard isCurrent(verified, now) else { throw AuthError(.tokenExpired) }
        return verified
    }

    /// The only checks that a remembered token still needs. A clock set back does not lengthen a token's life by more
    /// than the leeway.
    private func isCurrent(_ claims: VerifiedClaims, _ now: Date) -> Bool {
        let leeway = TimeInterval(settings.leewaySeconds)
        return now < claims.expiresAt + leeway && claims.issuedAt <= now + leeway
    }
}
