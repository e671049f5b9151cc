import Domain
import FoundationEssentials
import TestSupport
import Testing

@testable import Auth

struct ExternalSettingsTests {
    @Test(arguments: [
        "https://id.example.com", "https://id.example.com/realms/main", "https://tenant.example.com/",
        "http://localhost:8080/x", "http://127.0.0.1:1",
    ])
    func `an issuer is reached by https, or is on this computer`(issuer: String) throws {
        #expect(try ExternalSettings(issuer: issuer, clientID: "c").issuer == issuer)
    }

    @Test(arguments: [
        "", "id.example.com", "http://id.example.com", "http://localhost.example.com", "https://", "https://a b",
        "https://id.example.com?x=1", "https://id.example.com#x", "ftp://127.0.0.1", "http://127.0.0.1@evil.example",
        "https://user:x@id.example.com",
    ])
    func `any other issuer is refused at start`(issuer: String) {
        #expect(throws: Refusal.self) { try ExternalSettings(issuer: issuer, clientID: "c") }
    }

    @Test func `the client's id is no audience, and openid is among the scopes`() {
        let issuer = "https://id.example.com"
        #expect(throws: Refusal.self) { try ExternalSettings(issuer: issuer, clientID: "c", audience: "c") }
        #expect(throws: Refusal.self) { try ExternalSettings(issuer: issuer, clientID: "c", scopes: "email") }
    }

    @Test func `the button is named after the host unless it has a name`() throws {
        #expect(try ExternalSettings(issuer: "https://id.example.com/a/b", clientID: "c").name == "id.example.com")
        #expect(try ExternalSettings(issuer: "https://id.example.com", clientID: "c", name: "Corp").name == "Corp")
    }

    @Test func `the discovery document is below the issuer`() throws {
        for issuer in ["https://id.example.com/a", "https://id.example.com/a/"] {
            #expect(
                try ExternalSettings(issuer: issuer, clientID: "c").discoveryURL
                    == "https://id.example.com/a/.well-known/openid-configuration")
        }
    }
}

struct ExternalAttemptTests {
    private let keyring: SealingKeyring
    private let time = ManualTime()

    init() throws { keyring = SealingKeyring(try SealingKey(Secret(SeededRandom(seed: 3).bytes(32)))) }

    private func attempt(_ target: String = "/account") -> ExternalAttempt {
        ExternalAttempt(target: target, proof: .new, at: time.now(), random: SystemRandom())
    }

    @Test func `a cookie gives back what went in, for ten minutes`() throws {
        let attempt = attempt()
        let cookie = try attempt.sealed(by: keyring, random: SystemRandom()).reveal()
        #expect(try ExternalAttempt(cookie: cookie, keyring: keyring, at: time.now()) == attempt)
        #expect(!cookie.contains(attempt.state))
        time.advance(by: 599)
        #expect(throws: Never.self) { try ExternalAttempt(cookie: cookie, keyring: keyring, at: time.now()) }
        time.advance(by: 1)
        #expect(throws: ExternalError.refused(.attempt)) {
            try ExternalAttempt(cookie: cookie, keyring: keyring, at: time.now())
        }
    }

    @Test func `a cookie of another instance, of another kind or altered is none`() throws {
        let cookie = try attempt().sealed(by: keyring, random: SystemRandom()).reveal()
        let plain = Secret(Array("{}".utf8))
        let other = SealingKeyring(try SealingKey(Secret(SeededRandom(seed: 4).bytes(32))))
        let foreign = Base64URL.encode(try keyring.seal(plain, aad: "other", random: SystemRandom()))
        for text in [nil, "", "x", foreign, String(cookie.dropLast(4)), cookie + "AAAA"] {
            #expect(throws: ExternalError.refused(.attempt)) {
                try ExternalAttempt(cookie: text, keyring: keyring, at: time.now())
            }
        }
        #expect(throws: ExternalError.refused(.attempt)) {
            try ExternalAttempt(cookie: cookie, keyring: other, at: time.now())
        }
    }

    @Test func `a cookie is never too long for a browser`() throws {
        for length in [1, ExternalAttempt.maxTargetBytes, 6000] {
            let attempt = attempt(String(repeating: "x", count: length))
            #expect(try attempt.sealed(by: keyring, random: SystemRandom()).reveal().utf8.count < 3800)
            #expect(attempt.target.isEmpty == (length > ExternalAttempt.maxTargetBytes))
        }
    }
}
