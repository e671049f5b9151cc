import Domain
import FoundationEssentials
import Persistence
import TestSupport
import Testing

@testable import Auth

@Suite(.ownDatabase, .timeLimit(.minutes(4))) struct SigningKeyRotationTests {
    private let time = ManualTime()
    private let sealing: SealingKeyring
    private let account: Account

    init() throws {
        sealing = SealingKeyring(try SealingKey(Secret(SeededRandom(seed: 3).bytes(32))))
        account = Account(
            userID: SystemRandom().id(), email: try Email("ada@example.com"), isAdmin: false, isActive: true)
    }

    private var keys: InstanceKeys {
        InstanceKeys(database: TestDatabase.current, sealing: sealing, time: time, random: SystemRandom())
    }

    /// A replica's tokens.
    private func replica() async throws -> AccessTokens {
        let keys = keys
        let tokens = try await AccessTokens(
            settings: .init(issuer: "https://drover.example.com"), keys: try await keys.signingKeys(), time: time)
        tokens.readUnknownKeys { try await keys.signingKeys() }
        return tokens
    }

    private func issue(_ tokens: AccessTokens) async throws -> (text: String, kid: String) {
        let text = try await tokens.issue(
            to: account, session: SystemRandom().uuid(), clientID: "sdk-client", scope: "openid"
        ).text.reveal()
        let header = try #require(Base64URL.decode(String(text.prefix { $0 != "." })))
        return (text, try JSONDecoder().decode(Header.self, from: Data(header)).kid)
    }

    private struct Header: Decodable {
        let kid: String
    }

    @Test func `a new key is published first, signs later, and the old one is kept for its last tokens`() async throws {
        let tokens = try await replica()
        let old = try await issue(tokens)
        let new = try await keys.rotateSigningKey()
        try await tokens.replaceKeys(try await keys.signingKeys())
        #expect(Set(tokens.jsonWebKeySet.keys.map(\.kid)) == [old.kid, new])
        time.advance(by: 599)
        let last = try await issue(tokens)
        #expect(last.kid == old.kid)
        time.advance(by: 1)
        #expect(try await issue(tokens).kid == new)
        time.advance(by: 298)
        try await keys.tendSigningKeys(rotationDays: 0)
        try await tokens.replaceKeys(try await keys.signingKeys())
        _ = try await tokens.verify(last.text)
        time.advance(by: 82)
        try await tokens.replaceKeys(try await keys.signingKeys())
        #expect(tokens.jsonWebKeySet.keys.map(\.kid) == [new])
        try await keys.tendSigningKeys(rotationDays: 0)
        let rows = try await TestDatabase.psql("select id from instance_keys where purpose = 'oidc_signing'")
        #expect(rows == [[new]])
    }

    @Test func `a replica that does not know a key reads the keys again, at most every three seconds`() async throws {
        let (one, other) = (try await replica(), try await replica())
        time.advance(by: 10)
        let id = try await keys.rotateSigningKey(signsAfterSeconds: 0)
        try await one.replaceKeys(try await keys.signingKeys())
        let token = try await issue(one)
        #expect(token.kid == id)
        _ = try await other.verify(token.text)
        #expect(Set(other.jsonWebKeySet.keys.map(\.kid)).contains(id))
        time.advance(by: 2)
        let next = try await keys.rotateSigningKey(signsAfterSeconds: 0)
        try await one.replaceKeys(try await keys.signingKeys())
        let second = try await issue(one)
        #expect(second.kid == next)
        let error = await #expect(throws: AuthError.self) { try await other.verify(second.text) }
        #expect(error?.code == .tokenKey)
        time.advance(by: 1)
        _ = try await other.verify(second.text)
    }

    @Test func `old keys are replaced by themselves, by one of any number of replicas`() async throws {
        let tokens = try await replica()
        let first = try await issue(tokens).kid
        #expect(try await keys.tendSigningKeys(rotationDays: 90) == nil)
        time.advance(by: 90 * 86_400 - 600)
        let keys = keys
        let made = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<8 { group.addTask { try await keys.tendSigningKeys(rotationDays: 90) } }
            return try await group.reduce(into: [String]()) { all, one in if let one { all.append(one) } }
        }
        #expect(made.count == 1)
        #expect(try await keys.tendSigningKeys(rotationDays: 0) == nil)
        #expect(Set(try await keys.signingKeys().map(\.id)) == Set(made + [first]))
    }

    @Test func `the same keys again forget nothing`() async throws {
        let tokens = try await replica()
        let token = try await issue(tokens).text
        _ = try await tokens.verify(token)
        try await tokens.replaceKeys(try await keys.signingKeys())
        #expect(tokens.cachedClaims(of: token) != nil)
    }
}
