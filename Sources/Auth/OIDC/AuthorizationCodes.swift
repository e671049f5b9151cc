package import Domain
import FoundationEssentials
package import Persistence

/// The codes of the authorization endpoint.
package struct AuthorizationCodes: Sendable {
    /// A code's life, within which the client must exchange it.
    package static let lifeSeconds = 60

    private let database: Database
    private let time: any TimeSource
    private let random: any RandomSource

    package init(database: Database, time: any TimeSource, random: any RandomSource) {
        self.database = database
        self.time = time
        self.random = random
    }

    /// A code for the person of a browser session, bound to what the request says.
    package func issue(for request: AuthorizationRequest, to session: BrowserSession) async throws -> OpaqueToken {
        let code = OpaqueToken(.code, random: random)
        let now = time.now()
        let record = AuthorizationCodeRecord(
            signInID: session.principal.sessionID, clientID: request.clientID, redirectURI: request.redirectURI,
            challenge: request.challenge, nonce: request.nonce, scope: request.scope, createdAt: now,
            expiresAt: now + TimeInterval(Self.lifeSeconds))
        _ = try await database.system(because: "the code belongs to a client, who is no user").run(
            .insertAuthorizationCode(record, sha256: code.digest.bytes))
        return code
    }

    /// Whether the session is fresh enough for the request.
    package func isFresh(_ session: BrowserSession, for request: AuthorizationRequest) -> Bool {
        guard let age = request.maxAgeSeconds else { return true }
        return time.now().timeIntervalSince(session.signedInAt) <= TimeInterval(age)
    }
}
