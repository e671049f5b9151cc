import Domain
import FoundationEssentials
import TestSupport
import Testing

@testable import Auth

@Suite(.timeLimit(.minutes(4))) struct TokenRequestTests {
    static func parse(_ body: String) throws(TokenError) -> TokenRequest {
        try TokenRequest(formBody: Array(body.utf8))
    }
    static let refresh = OpaqueToken(.refresh, random: SeededRandom()).text.reveal()

    @Test func `the SDK's password request is read, with its escapes`() throws {
        let request = try Self.parse(
            "client_id=sdk-client&username=ada%40example.com&password=p%26ss+w%C3%B6rd%3D&grant_type=password")
        guard case .password(let username, let password) = request.grant else {
            Issue.record("not a password grant")
            return
        }
        #expect(username == "ada@example.com")
        #expect(password.reveal() == "p&ss w\u{f6}rd=")
        #expect(request.clientID == "sdk-client")
        #expect(request.scope == "openid profile email")
    }

    @Test func `the SDK's refresh request is read`() throws {
        let request = try Self.parse("client_id=sdk-client&grant_type=refresh_token&refresh_token=\(Self.refresh)")
        guard case .refreshToken(let token) = request.grant else {
            Issue.record("not a refresh grant")
            return
        }
        #expect(token.text.reveal() == Self.refresh)
    }

    @Test func `an asked scope is kept in a fixed order`() throws {
        let request = try Self.parse(
            "client_id=sdk-client&username=a&password=b&grant_type=password&scope=email+openid")
        #expect(request.scope == "openid email")
    }

    struct Case: CustomTestStringConvertible {
        var body: String
        var code: TokenError.Code
        var testDescription: String { "\(code.rawValue): \(body.prefix(60))" }
    }
    static let login = "client_id=sdk-client&grant_type=password"
    static let cases = [
        Case(body: "", code: .invalidRequest),
        Case(body: "client_id=sdk-client", code: .invalidRequest),
        Case(body: "grant_type=password&username=a&password=b", code: .invalidRequest),
        Case(body: "\(login)&username=a", code: .invalidRequest),
        Case(body: "\(login)&username=a&password=", code: .invalidRequest),
        Case(body: "\(login)&username=a&password=b&password=c", code: .invalidRequest),
        Case(body: "\(login)&username=a&password=b&x=&x=", code: .invalidRequest),
        Case(body: "\(login)&user%6Eame=a&username=a&password=b", code: .invalidRequest),
        Case(body: "\(login)&username=a&password=%", code: .invalidRequest),
        Case(body: "\(login)&username=a&password=%4", code: .invalidRequest),
        Case(body: "\(login)&username=a&password=%zz", code: .invalidRequest),
        Case(body: "\(login)&username=a&password=%FF%FE", code: .invalidRequest),
        Case(body: "\(login)&username=a&password=\(String(repeating: "a", count: 16 << 10))", code: .invalidRequest),
        Case(body: (0..<40).map { "f\($0)=1" }.joined(separator: "&"), code: .invalidRequest),
        Case(body: "client_id=other&grant_type=password&username=a&password=b", code: .invalidClient),
        Case(body: "client_id=sdk-client&grant_type=client_credentials", code: .unsupportedGrantType),
        Case(body: "client_id=sdk-client&grant_type=PASSWORD", code: .unsupportedGrantType),
        Case(body: "\(login)&username=a&password=b&scope=admin", code: .invalidScope),
        Case(body: "\(login)&username=a&password=b&scope=+", code: .invalidScope),
        Case(body: "\(login)&username=a&password=b%00", code: .invalidGrant),
        Case(body: "\(login)&username=a%00&password=b", code: .invalidGrant),
        Case(body: "\(login)&username=a&password=\(String(repeating: "a", count: 513))", code: .invalidGrant),
        Case(body: "\(login)&username=\(String(repeating: "a", count: 255))&password=b", code: .invalidGrant),
        Case(body: "client_id=sdk-client&grant_type=refresh_token", code: .invalidRequest),
        Case(body: "client_id=sdk-client&grant_type=refresh_token&refresh_token=abc", code: .invalidGrant),
    ]

    @Test(arguments: cases) func `a bad request gets the code of RFC 6749`(bad: Case) throws {
        let error = try #require(throws: TokenError.self) { try Self.parse(bad.body) }
        #expect(error.code == bad.code)
    }

    @Test(arguments: TokenError.Code.allCases)
    func `an error is the JSON of RFC 6749, section 5.2`(code: TokenError.Code) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let error = TokenError(code, "Why.")
        let json = String(decoding: try encoder.encode(error), as: UTF8.self)
        #expect(json == #"{"error":"\#(code.rawValue)","error_description":"Why."}"#)
        #expect(error.status == (code == .invalidClient ? 401 : 400))
    }

    @Test func `the success answer has every field that the SDK reads`() async throws {
        let fixture = try await TokenFixture()
        let access = try await fixture.tokens.issue(
            to: fixture.account, session: fixture.session, clientID: "sdk-client", scope: "openid")
        let refresh = OpaqueToken(.refresh, random: fixture.random)
        let response = TokenResponse(
            access: access, refreshToken: refresh, refreshExpiresIn: 1800, scope: "openid",
            sessionState: fixture.session)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = String(decoding: try encoder.encode(response), as: UTF8.self)
        #expect(
            json == #"{"access_token":"\#(access.text.reveal())","expires_in":300,"refresh_expires_in":1800,"#
                + #""refresh_token":"\#(refresh.text.reveal())","scope":"openid","session_state":"\#(fixture.session.text)","#
                + #""token_type":"Bearer"}"#)
    }

    @Test func `the discovery document lists what exists and nothing else`() throws {
        let endpoints = OIDCEndpoints(baseURL: "https://drover.example.com/")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = String(decoding: try encoder.encode(endpoints.discovery), as: UTF8.self)
        let realm = "https://drover.example.com/auth/realms/master"
        let base = "\(realm)/protocol/openid-connect"
        #expect(endpoints.issuer == realm)
        let expected = [
            #""authorization_endpoint":"\#(base)/auth","authorization_response_iss_parameter_supported":true"#,
            #""claims_supported":["sub","iss","aud","exp","iat","auth_time","nonce","at_hash","sid","email","name","#
                + #""preferred_username"],"code_challenge_methods_supported":["S256"]"#,
            #""device_authorization_endpoint":"\#(base)/auth/device","end_session_endpoint":"\#(base)/logout""#,
            #""grant_types_supported":["authorization_code","password","refresh_token","#
                + #""urn:ietf:params:oauth:grant-type:device_code"]"#,
            #""id_token_signing_alg_values_supported":["ES256"],"introspection_endpoint":"\#(base)/token/introspect""#,
            #""issuer":"\#(realm)","jwks_uri":"\#(base)/certs""#,
            #""prompt_values_supported":["none","login","select_account"],"request_uri_parameter_supported":false"#,
            #""response_modes_supported":["query"],"response_types_supported":["code"]"#,
            #""revocation_endpoint":"\#(base)/revoke","revocation_endpoint_auth_methods_supported":["none"]"#,
            #""scopes_supported":["openid","profile","email","offline_access"],"subject_types_supported":["public"]"#,
            #""token_endpoint":"\#(base)/token","token_endpoint_auth_methods_supported":["none"]"#,
            #""userinfo_endpoint":"\#(base)/userinfo""#,
        ]
        #expect(json == "{\(expected.joined(separator: ","))}")
    }
}
