import Crypto
import Domain
import Foundation
import TestSupport
import Testing

@testable import Auth

@Suite(.timeLimit(.minutes(4))) struct AccessTokenTests {
    /// The JSON object in one part of a token.
    static func part(_ index: Int, of token: String) throws -> [String: Any] {
        let parts = token.split(separator: ".")
        let bytes = try #require(Base64URL.decode(String(parts[index])))
        return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    @Test(.proves("AUTH-10")) func `an issued token says who, for whom, and until when, in whole seconds`() async throws
    {
        let fixture = try await TokenFixture()
        fixture.time.advance(by: 0.75)
        let issued = try await fixture.tokens.issue(
            to: fixture.account, session: fixture.session, clientID: "sdk-client", scope: "openid email")
        let claims = try Self.part(1, of: issued.text.reveal())
        let start = Int(ManualTime.start.timeIntervalSince1970)
        #expect(claims["iss"] as? String == TokenFixture.issuer)
        #expect(claims["sub"] as? String == fixture.account.userID.description)
        #expect(claims["aud"] as? String == "drover")
        #expect(claims["azp"] as? String == "sdk-client")
        #expect(claims["client_id"] as? String == "sdk-client")
        #expect(claims["email"] as? String == "ada@example.com")
        #expect(claims["preferred_username"] as? String == "ada@example.com")
        #expect(claims["name"] as? String == "Ada")
        #expect(claims["iat"] as? Int == start)
        #expect(claims["exp"] as? Int == start + 300)
        #expect(claims["sid"] as? String == fixture.session.text)
        #expect(claims["jti"] as? String == issued.tokenID.text)
        #expect(claims["typ"] as? String == "Bearer")
        #expect(claims["scope"] as? String == "openid email")
        #expect(claims.count == 14)
        let header = try Self.part(0, of: issued.text.reveal())
        #expect(header as? [String: String] == ["alg": "ES256", "kid": fixture.key.id, "typ": "at+jwt"])
        #expect(issued.expiresIn == 300)
        #expect(issued.expiresAt == ManualTime.start + 300)
    }

    @Test func `a user without a name has no name claim`() async throws {
        let fixture = try await TokenFixture()
        let nameless = Account(
            userID: fixture.random.id(), email: fixture.account.email, isAdmin: false, isActive: true)
        let issued = try await fixture.tokens.issue(
            to: nameless, session: fixture.session, clientID: "sdk-client", scope: "openid")
        #expect(try Self.part(1, of: issued.text.reveal())["name"] == nil)
        #expect(try await fixture.tokens.verify(issued.text.reveal()).userID == nameless.userID)
    }

    @Test func `an issued token is verified to the same user, session and times`() async throws {
        let fixture = try await TokenFixture()
        let claims = try await fixture.tokens.verify(try await fixture.issue())
        #expect(claims.userID == fixture.account.userID)
        #expect(claims.sessionID == fixture.session)
        #expect(claims.email == "ada@example.com")
        #expect(claims.clientID == "sdk-client")
        #expect(claims.issuedAt == ManualTime.start)
        #expect(claims.expiresAt == ManualTime.start + 300)
    }

    @Test func `the forging fixture makes a token that is accepted when nothing is wrong with it`() async throws {
        let fixture = try await TokenFixture()
        #expect(try await fixture.tokens.verify(try fixture.forge()).userID == fixture.account.userID)
    }

    @Test func `openssl verifies a token with the key from the served key set`() async throws {
        let fixture = try await TokenFixture()
        let openssl = try OpenSSL()
        let json = try JSONEncoder().encode(fixture.tokens.jsonWebKeySet)
        let set = try #require(try JSONSerialization.jsonObject(with: json) as? [String: [[String: String]]])
        let key = try #require(set["keys"]?.first)
        #expect(key["kty"] == "EC" && key["crv"] == "P-256" && key["alg"] == "ES256" && key["use"] == "sig")
        let x = try #require(key["x"].flatMap(Base64URL.decode))
        let y = try #require(key["y"].flatMap(Base64URL.decode))
        let publicKey = try P256.Signing.PublicKey(x963Representation: [4] + x + y)
        let parts = try await fixture.issue().split(separator: ".")
        let raw = try #require(Base64URL.decode(String(parts[2])))
        try openssl.write("key.pem", publicKey.pemRepresentation.utf8)
        try openssl.write("input", "\(parts[0]).\(parts[1])".utf8)
        try openssl.write("signature", try P256.Signing.ECDSASignature(rawRepresentation: raw).derRepresentation)
        let good = try await openssl.run("dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "input")
        #expect(good.status == 0 && good.text.contains("Verified OK"))
        try openssl.write("input", "\(parts[0]).\(parts[1])x".utf8)
        let bad = try await openssl.run("dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "input")
        #expect(bad.status != 0)
    }

    @Test func `a key's id is the RFC 7638 thumbprint, with known values`() {
        // Computed apart from this code: SHA-256 of the canonical JSON of the key of RFC 7515, appendix A.3.
        let thumbprint = JSONWebKey.thumbprint(
            crv: "P-256", kty: "EC", x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")
        #expect(thumbprint == "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U")
    }

    @Test func `after a rotation the newest key signs and the older one still verifies until it is removed`()
        async throws
    {
        let fixture = try await TokenFixture()
        let before = try await fixture.issue()
        let newer = try SigningKey(
            random: fixture.random, createdAt: ManualTime.start + 1, lifeSeconds: 30 * 86_400)
        try await fixture.tokens.replaceKeys([fixture.key, newer])
        fixture.time.advance(by: 1)
        let after = try await fixture.issue()
        #expect(try Self.part(0, of: after)["kid"] as? String == newer.id)
        #expect(fixture.tokens.jsonWebKeySet.keys.map(\.kid) == [newer.id, fixture.key.id])
        _ = try await fixture.tokens.verify(before)
        _ = try await fixture.tokens.verify(after)
        try await fixture.tokens.replaceKeys([newer])
        await #expect(throws: AuthError(.tokenKey)) { try await fixture.tokens.verify(before) }
        _ = try await fixture.tokens.verify(after)
    }

    @Test func `a key past its end signs nothing`() async throws {
        let fixture = try await TokenFixture()
        fixture.time.advance(by: 31 * 86_400)
        await #expect(throws: AuthError(.noSigningKey)) { try await fixture.issue() }
    }

    @Test func `a stored key comes back as the same key`() throws {
        let key = try SigningKey(random: SeededRandom(), createdAt: ManualTime.start, lifeSeconds: 60)
        let stored = try SigningKey(privateKey: key.privateKey, createdAt: key.createdAt, notAfter: key.notAfter)
        #expect(stored.id == key.id)
        #expect(stored.publicKey == key.publicKey)
        #expect(throws: AuthError(.keyInvalid)) {
            try SigningKey(privateKey: Secret([1, 2, 3]), createdAt: key.createdAt, notAfter: key.notAfter)
        }
    }
}
