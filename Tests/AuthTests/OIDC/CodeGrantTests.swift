import Domain
import FoundationEssentials
import Persistence
import TestSupport
import Testing

@testable import Auth

@Suite(.database, .timeLimit(.minutes(4))) struct CodeGrantTests {
    private let fixture: SessionFixture
    private let user: User
    /// RFC 7636, appendix B.
    private static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    private static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    private static let uri = "http://127.0.0.1:7777/cb"

    init() async throws {
        fixture = try await SessionFixture()
        user = try await fixture.accounts.user()
    }

    static func issue(_ session: BrowserSession, _ fixture: SessionFixture) async throws -> String {
        let request = try AuthorizationRequest(
            query: "response_type=code&client_id=sdk-client&redirect_uri=http%3A%2F%2F127.0.0.1%3A7777%2Fcb&nonce=n"
                + "&code_challenge=\(Self.challenge)&code_challenge_method=S256",
            redirects: .loopback, issuer: SessionFixture.endpoints.issuer)
        return try await fixture.codes.issue(for: request, to: session).text.reveal()
    }

    static func exchange(_ code: String, _ fixture: SessionFixture, verifier: String = Self.verifier) async throws
        -> TokenResponse
    {
        try await fixture.token(
            "grant_type=authorization_code&code=\(code)&redirect_uri=\(Self.uri)&code_verifier=\(verifier)")
    }

    private func issue(_ session: BrowserSession) async throws -> String { try await Self.issue(session, fixture) }

    private func exchange(_ code: String, verifier: String = Self.verifier) async throws -> TokenResponse {
        try await Self.exchange(code, fixture, verifier: verifier)
    }

    @Test func `the verifier of RFC 7636 fits its challenge and no other does`() {
        #expect(PKCE.matches(verifier: Self.verifier, challenge: Self.challenge))
        let others = [
            "", Self.challenge, String(Self.verifier.dropLast()), Self.verifier + "=", Self.verifier.uppercased(),
            String(repeating: "a", count: 129),
        ]
        for other in others { #expect(!PKCE.matches(verifier: other, challenge: Self.challenge)) }
    }

    @Test func `a code lives for a minute`() async throws {
        let session = try await fixture.browser(user)
        let (late, inTime) = (try await issue(session), try await issue(session))
        fixture.time.advance(by: 59)
        let tokens = try await exchange(inTime)
        #expect(try await fixture.tokens.verify(tokens.accessToken.reveal()).userID == user.id)
        fixture.time.advance(by: 1)
        #expect(try await fixture.refusal { try await exchange(late) } == .invalidGrant)
    }

    @Test func `a second use ends what the first use got`() async throws {
        let code = try await issue(try await fixture.browser(user))
        let tokens = try await exchange(code)
        #expect(try await fixture.refusal { try await exchange(code) } == .invalidGrant)
        #expect(try await fixture.refusal { try await fixture.refresh(tokens.refreshToken.reveal()) } == .invalidGrant)
        #expect(try await fixture.ended(of: user) == [tokens.sessionState])
    }

    @Test func `a wrong verifier uses the code up`() async throws {
        let code = try await issue(try await fixture.browser(user))
        let wrong = String(Self.verifier.reversed())
        #expect(try await fixture.refusal { try await exchange(code, verifier: wrong) } == .invalidGrant)
        #expect(try await fixture.refusal { try await exchange(code) } == .invalidGrant)
    }

    @Test func `of many that exchange a code at most one wins, and its tokens end`() async throws {
        let code = try await issue(try await fixture.browser(user))
        let winners = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<12 { group.addTask { try? await exchange(code).refreshToken.reveal() } }
            return try await group.reduce(into: [String]()) { all, one in if let one { all.append(one) } }
        }
        #expect(winners.count == 1)
        let token = try #require(winners.first)
        #expect(try await fixture.refusal { try await fixture.refresh(token) } == .invalidGrant)
    }

    @Test func `signing out of the browser ends codes and what they gave`() async throws {
        let session = try await fixture.browser(user)
        let (used, unused) = (try await issue(session), try await issue(session))
        let tokens = try await exchange(used)
        #expect(try await fixture.signIns.end(session.principal.sessionID, as: session.principal))
        #expect(try await fixture.refusal { try await exchange(unused) } == .invalidGrant)
        #expect(try await fixture.refusal { try await fixture.refresh(tokens.refreshToken.reveal()) } == .invalidGrant)
    }

    @Test func `an ID token is a hint even after its time, an access token never is`() async throws {
        let tokens = try await exchange(try await issue(try await fixture.browser(user)))
        let idToken = try #require(tokens.idToken?.reveal())
        fixture.time.advance(by: 86_400)
        #expect(await fixture.tokens.hint(idToken) == IDTokenHint(userID: user.id, clientID: "sdk-client"))
        #expect(await fixture.tokens.hint(tokens.accessToken.reveal()) == nil)
        #expect(await fixture.tokens.hint("a.b.c") == nil)
        let error = await #expect(throws: AuthError.self) { try await fixture.tokens.verify(idToken) }
        #expect(error?.code == .tokenType)
    }

    @Test func `a proof that was given elsewhere counts from then, here and in the ID token`() async throws {
        let proved = fixture.time.now() - 500
        let cookie = try await fixture.signIns.open(
            Account(user), from: SessionFixture.origin, authenticatedAt: proved)
        let session = try #require(try await fixture.signIns.session(cookie: cookie.text.reveal()))
        #expect(session.signedInAt == proved)
        for (age, isFresh) in [(499, false), (500, true)] {
            let request = try AuthorizationRequest(
                query: "response_type=code&client_id=sdk-client&redirect_uri=http%3A%2F%2F127.0.0.1%3A7777%2Fcb"
                    + "&code_challenge=\(Self.challenge)&code_challenge_method=S256&max_age=\(age)",
                redirects: .loopback, issuer: SessionFixture.endpoints.issuer)
            #expect(fixture.codes.isFresh(session, for: request) == isFresh)
        }
        let token = try #require(try await exchange(try await issue(session)).idToken?.reveal())
        let payload = try #require(Base64URL.decode(String(token.split(separator: ".")[1])))
        let claims = try JSONDecoder().decode(IDTokenClaims.self, from: Data(payload))
        #expect(claims.authTime == Int(proved.timeIntervalSince1970))
    }
}
