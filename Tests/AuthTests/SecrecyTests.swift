import Domain
import FoundationEssentials
import TestSupport
import Testing

@testable import Auth

/// Whatever holds a secret may be printed, dumped or put into an error without showing it.
@Suite(.timeLimit(.minutes(4))) struct SecrecyTests {
    static func printed(_ value: some Any) -> String {
        var text = "\(value) \(String(reflecting: value))"
        dump(value, to: &text)
        return text
    }

    @Test func `tokens print without their text`() async throws {
        let fixture = try await TokenFixture()
        let refresh = OpaqueToken(.refresh, random: fixture.random)
        let join = JoinToken(random: fixture.random)
        let access = try await fixture.tokens.issue(
            to: fixture.account, session: fixture.session, clientID: "c", scope: "openid")
        let response = TokenResponse(
            access: access, refreshToken: refresh, refreshExpiresIn: 1, scope: "", sessionState: fixture.session)
        #expect(!Self.printed(refresh).contains(refresh.text.reveal().dropFirst(4)))
        #expect(!Self.printed(join).contains(join.text.reveal()))
        #expect(!Self.printed(access).contains(access.text.reveal()))
        #expect(!Self.printed(response).contains(access.text.reveal()))
        #expect(!Self.printed(response).contains(refresh.text.reveal()))
        _ = try await fixture.tokens.verify(access.text.reveal())
        #expect(!Self.printed(fixture.tokens).contains(access.text.reveal()))
    }

    @Test func `a login request prints without its password`() throws {
        let request = try TokenRequest(
            formBody: Array("client_id=sdk-client&grant_type=password&username=ada&password=hunter2hunter2".utf8))
        #expect(!Self.printed(request).contains("hunter2"))
        #expect(!Self.printed(try Password(Secret("hunter2hunter2"))).contains("hunter2"))
    }

    @Test func `keys print without their bytes`() throws {
        let random = SeededRandom()
        let signing = try SigningKey(random: random, createdAt: ManualTime.start, lifeSeconds: 60)
        let authority = try CertificateAuthority.create(
            trustDomain: "example.org", now: ManualTime.start, random: random)
        let sealing = try SealingKey(Secret(Array(repeating: 0xAB, count: 32)))
        for (value, bytes) in [
            (Self.printed(signing), signing.privateKey.reveal()),
            (Self.printed(authority), authority.privateKey.reveal()),
            (Self.printed(sealing), Array(repeating: 0xAB, count: 32)),
        ] {
            #expect(!value.lowercased().contains(Hex.encode(bytes)))
            #expect(!value.contains(Data(bytes).base64EncodedString()))
            #expect(!value.contains(bytes.map(String.init).joined(separator: ", ")))
        }
    }

    @Test(arguments: AuthError.Code.allCases) func `an error prints its code alone`(code: AuthError.Code) {
        #expect("\(AuthError(code))" == code.rawValue)
    }
}
