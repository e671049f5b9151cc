import Crypto
import Domain
import FoundationEssentials
import TestSupport
import Testing

@testable import Auth

@Suite(.timeLimit(.minutes(4))) struct AccessTokenAttackTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var expected: AuthError.Code
        var token: @Sendable (TokenFixture) throws -> String

        init(_ name: String, _ expected: AuthError.Code, _ token: @escaping @Sendable (TokenFixture) throws -> String) {
            testDescription = name
            self.expected = expected
            self.token = token
        }
    }

    static func hmac(_ secret: some Sequence<UInt8>) -> (String) -> [UInt8] {
        let key = SymmetricKey(data: Array(secret))
        return { Array(HMAC<SHA256>.authenticationCode(for: Array($0.utf8), using: key)) }
    }

    static let headers = [
        Case("alg none without signature", .tokenAlgorithm) {
            try $0.forge(header: $0.header(["alg": .text("none")])) { _ in [] }
        },
        Case("alg None", .tokenAlgorithm) { try $0.forge(header: $0.header(["alg": .text("None")])) { _ in [] } },
        Case("HS256 with the public key's PEM as secret", .tokenAlgorithm) {
            let pem = $0.key.key.publicKey.pemRepresentation
            return try $0.forge(header: $0.header(["alg": .text("HS256")]), signature: hmac(pem.utf8))
        },
        Case("HS256 with the public point as secret", .tokenAlgorithm) {
            let point = $0.key.key.publicKey.rawRepresentation
            return try $0.forge(header: $0.header(["alg": .text("HS256")]), signature: hmac(point))
        },
        Case("HMAC under the name ES256", .tokenSignature) {
            let pem = $0.key.key.publicKey.pemRepresentation
            return try $0.forge(signature: hmac(pem.utf8))
        },
        Case("alg in lower case", .tokenAlgorithm) { try $0.forge(header: $0.header(["alg": .text("es256")])) },
        Case("no alg", .tokenAlgorithm) { try $0.forge(header: $0.header(["alg": JSON?.none])) },
        Case("foreign kid", .tokenKey) { try $0.forge(header: $0.header(["kid": .text("other")])) },
        Case("no kid", .tokenKey) { try $0.forge(header: $0.header(["kid": JSON?.none])) },
        Case("an ID token's type", .tokenType) { try $0.forge(header: $0.header(["typ": .text("JWT")])) },
        Case("a critical extension", .tokenType) { try $0.forge(header: $0.header(["crit": .list([.text("b64")])])) },
        Case("the attacker's key in the header", .tokenSignature) { fixture in
            let stranger = try SigningKey(random: SeededRandom(seed: 9), createdAt: ManualTime.start, lifeSeconds: 60)
            let jwk = stranger.publicKey
            let header = fixture.header(["jwk": .object(["kty": .text("EC"), "x": .text(jwk.x), "y": .text(jwk.y)])])
            return try fixture.forge(header: header) {
                Array(try stranger.key.signature(for: Data($0.utf8)).rawRepresentation)
            }
        },
    ]

    static let claims = [
        Case("wrong issuer", .tokenIssuer) { try $0.forge(payload: $0.payload(["iss": .text("https://evil/")])) },
        Case("issuer with a slash more", .tokenIssuer) {
            try $0.forge(payload: $0.payload(["iss": .text(TokenFixture.issuer + "/")]))
        },
        Case("wrong audience", .tokenAudience) { try $0.forge(payload: $0.payload(["aud": .text("account")])) },
        Case("no audience", .tokenMalformed) { try $0.forge(payload: $0.payload(["aud": JSON?.none])) },
        Case("audience as a list", .tokenMalformed) {
            try $0.forge(payload: $0.payload(["aud": .list([.text("drover")])]))
        },
        Case("a refresh token's type", .tokenType) { try $0.forge(payload: $0.payload(["typ": .text("Refresh")])) },
        Case("no expiry", .tokenMalformed) { try $0.forge(payload: $0.payload(["exp": JSON?.none])) },
        Case("expiry with a fraction", .tokenMalformed) {
            try $0.forge(payload: $0.payload(["exp": .fraction(1_795_230_529.26)]))
        },
        Case("expiry out of range", .tokenMalformed) { try $0.forge(payload: $0.payload(["exp": .fraction(1e300)])) },
        Case("expired", .tokenExpired) {
            try $0.forge(payload: $0.payload(["exp": .number(Int(ManualTime.start.timeIntervalSince1970) - 10)]))
        },
        Case("issued in the future", .tokenNotYetValid) {
            try $0.forge(payload: $0.payload(["iat": .number(Int(ManualTime.start.timeIntervalSince1970) + 11)]))
        },
        Case("not yet valid", .tokenNotYetValid) {
            try $0.forge(payload: $0.payload(["nbf": .number(Int(ManualTime.start.timeIntervalSince1970) + 11)]))
        },
    ]

    static let subjects = [
        "", "admin", "898BB58C-77C2-4164-B6CC-F004DC39E125", "898bb58c-77c2-4164-b6cc-f004dc39e125 ",
    ]
    .map { subject in
        Case("subject '\(subject)'", .tokenSubject) {
            try $0.forge(payload: $0.payload(["sub": .text(subject)]))
        }
    }

    static let shapes = [
        Case("nothing", .tokenMalformed) { _ in "" },
        Case("two parts", .tokenMalformed) { try $0.forge().split(separator: ".").prefix(2).joined(separator: ".") },
        Case("four parts", .tokenMalformed) { try $0.forge() + ".x" },
        Case("padding", .tokenMalformed) { try $0.forge() + "=" },
        Case("a header that is no JSON", .tokenMalformed) { fixture in
            let parts = try fixture.forge().split(separator: ".")
            return "\(Base64URL.encode(Array("hello".utf8))).\(parts[1]).\(parts[2])"
        },
        Case("over the size limit", .tokenMalformed) {
            try $0.forge(payload: $0.payload(["pad": .text(String(repeating: "a", count: 4096))]))
        },
        Case("a signature of 63 bytes", .tokenSignature) { try $0.forge { _ in Array(repeating: 1, count: 63) } },
        Case("a signature of zeros", .tokenSignature) { try $0.forge { _ in Array(repeating: 0, count: 64) } },
        Case("a DER signature", .tokenSignature) { fixture in
            try fixture.forge { Array(try fixture.key.key.signature(for: Data($0.utf8)).derRepresentation) }
        },
    ]

    @Test(arguments: headers + claims + subjects + shapes)
    func `a token that breaks one rule is refused for that rule, twice`(attack: Case) async throws {
        let fixture = try await TokenFixture()
        let token = try attack.token(fixture)
        for _ in 0..<2 {
            await #expect(throws: AuthError(attack.expected)) { try await fixture.tokens.verify(token) }
        }
        #expect(fixture.tokens.cache.count == 0)
    }

    @Test func `a changed payload under the old signature is refused, also after the good token was remembered`()
        async throws
    {
        let fixture = try await TokenFixture()
        let good = try fixture.forge()
        _ = try await fixture.tokens.verify(good)
        let other = try fixture.forge(payload: fixture.payload(["sub": .text(fixture.random.uuid().text)]))
        let mixed = [good.split(separator: ".")[0], other.split(separator: ".")[1], good.split(separator: ".")[2]]
        await #expect(throws: AuthError(.tokenSignature)) {
            try await fixture.tokens.verify(mixed.joined(separator: "."))
        }
    }

    @Test func `the leeway of ten seconds holds on both ends`() async throws {
        let fixture = try await TokenFixture()
        let token = try await fixture.issue()
        fixture.time.advance(by: -10)
        _ = try await fixture.tokens.verify(token)
        fixture.time.advance(by: 10 + 300 + 9.5)
        _ = try await fixture.tokens.verify(token)
        fixture.time.advance(by: 0.5)
        await #expect(throws: AuthError(.tokenExpired)) { try await fixture.tokens.verify(token) }
    }
}
