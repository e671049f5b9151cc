import Domain
import FoundationEssentials
import TestSupport
import Testing

@testable import Auth

/// What the claims of a provider's tokens must say.
struct ExternalTokenRulesTests {
    private static let now = ManualTime().now()
    private static let seconds = now.timeIntervalSince1970
    private static let common: [String: ClaimValue] = [
        "iss": .text("https://id.example.com"), "sub": .text("s-1"), "iat": .number(seconds),
        "exp": .number(seconds + 300),
    ]

    private func rules() throws -> ExternalTokenRules {
        ExternalTokenRules(
            settings: try ExternalSettings(issuer: "https://id.example.com", clientID: "drover", audience: "api"))
    }

    // MARK: When the person showed who they are

    struct ProofCase: Sendable {
        /// Seconds before now; `nil` when the provider does not tell.
        let age: Double?
        let asked: Int?
        /// The age that counts, if the token is taken.
        let counted: Double?
        let isTaken: Bool

        init(_ age: Double?, asked: Int?, counts counted: Double? = nil, _ isTaken: Bool) {
            self.age = age
            self.asked = asked
            self.counted = counted
            self.isTaken = isTaken
        }
    }

    @Test(arguments: [
        ProofCase(nil, asked: nil, true), ProofCase(86_400, asked: nil, counts: 86_400, true),
        ProofCase(nil, asked: 0, false), ProofCase(nil, asked: 3600, false),
        ProofCase(0, asked: 0, counts: 0, true), ProofCase(60, asked: 0, counts: 60, true),
        ProofCase(61, asked: 0, false), ProofCase(3660, asked: 3600, counts: 3660, true),
        ProofCase(3661, asked: 3600, false),
        // A clock that is a little ahead says now; one that is far ahead, or wrong altogether, says nothing.
        ProofCase(-60, asked: 0, counts: 0, true), ProofCase(-61, asked: 0, false), ProofCase(-61, asked: nil, false),
        ProofCase(1e12, asked: nil, false), ProofCase(10, asked: Int.max, counts: 10, true),
    ])
    func `a proof is as new as was asked, and counts from when it was given`(test: ProofCase) throws {
        let attempt = ExternalAttempt(
            target: "", proof: ProofAge(maxSeconds: test.asked), at: Self.now, random: SystemRandom())
        var claims = ExternalClaims(
            Self.common.merging(["aud": .text("drover"), "nonce": .text(attempt.nonce)]) { $1 })
        if let age = test.age { claims.values["auth_time"] = .number(Self.seconds - age) }
        guard test.isTaken else {
            #expect(throws: ExternalError.refused(.authTime)) {
                try rules().checkIDToken(claims, for: attempt, at: Self.now)
            }
            return
        }
        let time = try rules().checkIDToken(claims, for: attempt, at: Self.now)
        #expect(time == test.counted.map { Self.now - $0 })
    }

    @Test func `an auth_time that is no number does not count as one`() throws {
        let attempt = ExternalAttempt(target: "", proof: .new, at: Self.now, random: SystemRandom())
        let claims = ExternalClaims(
            Self.common.merging([
                "aud": .text("drover"), "nonce": .text(attempt.nonce), "auth_time": .text("\(Self.seconds)"),
            ]) { $1 })
        #expect(throws: ExternalError.refused(.authTime)) {
            try rules().checkIDToken(claims, for: attempt, at: Self.now)
        }
    }

    // MARK: Access tokens

    struct TokenCase: Sendable {
        let header: String?
        let claims: [String: ClaimValue]
        let isTaken: Bool
    }

    @Test(arguments: [
        TokenCase(header: "at+jwt", claims: [:], isTaken: true),
        TokenCase(header: "JWT", claims: ["scope": .text("openid")], isTaken: true),
        TokenCase(header: nil, claims: ["scp": .list([.text("read")])], isTaken: true),
        // As Keycloak writes them.
        TokenCase(header: "JWT", claims: ["typ": .text("Bearer"), "nonce": .text("n")], isTaken: true),
        TokenCase(header: "JWT", claims: ["typ": .text("ID")], isTaken: false),
        TokenCase(header: "JWT", claims: ["typ": .text("ID"), "scope": .text("openid")], isTaken: false),
        // ID tokens for another client, whose id is the audience.
        TokenCase(header: "JWT", claims: [:], isTaken: false), TokenCase(header: nil, claims: [:], isTaken: false),
        TokenCase(header: "JWT", claims: ["nonce": .text("n"), "scope": .text("openid")], isTaken: false),
        TokenCase(header: "JWT", claims: ["at_hash": .text("h"), "scope": .text("openid")], isTaken: false),
        TokenCase(header: "JWT", claims: ["s_hash": .text("h"), "scope": .text("openid")], isTaken: false),
        TokenCase(header: "at+jwt", claims: ["at_hash": .text("h")], isTaken: false),
        // An ID token for this client and another one.
        TokenCase(
            header: "JWT", claims: ["aud": .list([.text("api"), .text("drover")]), "scope": .text("openid")],
            isTaken: false),
        TokenCase(header: "logout+jwt", claims: ["scope": .text("openid")], isTaken: false),
    ])
    func `an ID token is never an access token`(test: TokenCase) throws {
        let claims = ExternalClaims(Self.common.merging(["aud": .text("api")]) { $1 }.merging(test.claims) { $1 })
        let type = test.header.map { #","typ":"\#($0)""# } ?? ""
        let head = Base64URL.encode(Array(#"{"alg":"ES256"\#(type)}"#.utf8))
        let header = try ExternalTokenHeader("\(head).\(Base64URL.encode(Array("{}".utf8))).AA")
        if test.isTaken {
            try rules().checkAccessToken(claims, header, at: Self.now)
        } else {
            #expect(throws: ExternalError.refused(.type)) {
                try rules().checkAccessToken(claims, header, at: Self.now)
            }
        }
    }
}
