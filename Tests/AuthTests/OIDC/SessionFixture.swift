import Domain
import FoundationEssentials
import Persistence
import TestSupport
import Testing

@testable import Auth

/// Everything that signs people in, on the test's database, with a clock that stands still.
struct SessionFixture {
    let accounts: AccountsFixture
    let tokens: AccessTokens
    let sessions: Sessions
    let signIns: SignIns
    let devices: DeviceAuthorizations
    let codes: AuthorizationCodes
    static let endpoints = OIDCEndpoints(baseURL: "https://drover.example.com")
    static let origin = SignInOrigin(address: "192.0.2.7", agent: "test")

    var time: ManualTime { accounts.time }

    init() async throws {
        accounts = try AccountsFixture()
        let (database, time, random) = (accounts.database, accounts.time, SystemRandom())
        let key = try SigningKey(random: random, createdAt: time.now(), lifeSeconds: 400 * 86_400)
        tokens = try await AccessTokens(
            settings: .init(issuer: Self.endpoints.issuer), keys: [key], time: time, random: random)
        sessions = Sessions(
            database: database, passwords: accounts.passwords, tokens: tokens, time: time, random: random)
        signIns = SignIns(database: database, tokens: tokens, time: time, random: random)
        devices = DeviceAuthorizations(database: database, endpoints: Self.endpoints, time: time, random: random)
        codes = AuthorizationCodes(database: database, time: time, random: random)
    }

    /// Asks the token endpoint.
    func token(_ form: String) async throws -> TokenResponse {
        let body = "client_id=sdk-client&\(form)"
        return try await sessions.token(for: try TokenRequest(formBody: Array(body.utf8)), from: Self.origin)
    }

    func signIn(_ user: User, scope: String = "openid+email") async throws -> TokenResponse {
        try await token(
            "grant_type=password&username=\(user.email)&password=correct+horse+battery&scope=\(scope)")
    }

    func refresh(_ token: OpaqueToken) async throws -> TokenResponse { try await refresh(token.text.reveal()) }

    func refresh(_ text: String) async throws -> TokenResponse {
        try await token("grant_type=refresh_token&refresh_token=\(text)")
    }

    func begin() async throws -> DeviceAuthorizationResponse {
        try await devices.begin(formBody: Array("client_id=sdk-client".utf8), from: Self.origin)
    }

    func poll(_ device: DeviceAuthorizationResponse) async throws -> TokenResponse {
        let grant = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"
        return try await token("grant_type=\(grant)&device_code=\(device.deviceCode.text.reveal())")
    }

    /// The error code that a request is refused with, `nil` when it is not.
    func refusal(_ body: () async throws -> TokenResponse) async throws -> TokenError.Code? {
        do {
            _ = try await body()
            return nil
        } catch let error as TokenError {
            return error.code
        }
    }

    /// The sign-ins of a user whose access tokens are refused.
    func ended(of user: User) async throws -> Set<UUID> {
        try #require(try await signIns.account(user.id)).endedSignIns
    }

    /// A browser session of a user.
    func browser(_ user: User) async throws -> BrowserSession {
        let cookie = try await signIns.open(Account(user), from: Self.origin)
        return try #require(try await signIns.session(cookie: cookie.text.reveal()))
    }
}
