import Domain
import FoundationEssentials
import Synchronization
import TestSupport
import Testing

@testable import Auth

/// The database's part: tokens by the hash of their secret, and what was asked of them.
private final class TokenTable: Sendable {
    struct State {
        var tokens: [Digest: APIToken] = [:]
        var reads = 0
        var touched: [APITokenID] = []
    }
    private let state = Mutex(State())

    var reads: Int { state.withLock(\.reads) }
    var touched: [APITokenID] { state.withLock(\.touched) }
    func set(_ token: APIToken?, for secret: OpaqueToken) { state.withLock { $0.tokens[secret.digest] = token } }

    var lookup: APITokenLookup {
        APITokenLookup(
            find: { digest in
                self.state.withLock { state in
                    state.reads += 1
                    return state.tokens[digest]
                }
            }, touch: { id in self.state.withLock { $0.touched.append(id) } })
    }
}

@Suite(.timeLimit(.minutes(4))) struct APITokenAuthenticationTests {
    private let fixture: TokenFixture
    private let table = TokenTable()
    private let authenticator: Authenticator
    private let secret = OpaqueToken(.apiToken, random: SystemRandom())

    init() async throws {
        let fixture = try await TokenFixture()
        self.fixture = fixture
        let admin = Account(
            userID: fixture.account.userID, email: fixture.account.email, isAdmin: true, isActive: true)
        authenticator = Authenticator(tokens: fixture.tokens, time: fixture.time, apiTokens: table.lookup) { id in
            id == admin.userID ? admin : nil
        }
    }

    private func token(
        _ access: TokenAccess = .write, only workspaces: [WorkspaceID]? = nil, expiresIn seconds: TimeInterval? = nil,
        lastUsed: Date? = nil
    ) -> APIToken {
        APIToken(
            id: SystemRandom().id(), userID: fixture.account.userID, name: "n", hint: secret.hint, access: access,
            workspaces: workspaces, createdBy: fixture.account.userID, createdAt: fixture.time.now(),
            expiresAt: seconds.map { fixture.time.now() + $0 }, lastUsedAt: lastUsed)
    }

    private func principal() async throws -> Principal {
        try await authenticator.principal(bearer: secret.text.reveal())
    }

    @Test func `a token becomes its user with its limits, and never an administrator`() async throws {
        let token = token(.read, only: [WorkspaceID(rawValue: 7)])
        table.set(token, for: secret)
        let principal = try await principal()
        #expect(principal.userID == fixture.account.userID)
        #expect(principal.token == token.limits)
        #expect(principal.sessionID == token.id.rawValue)
        #expect(!principal.isAdmin)
        #expect(throws: Refusal.self) { try principal.requireAdmin() }
        #expect(throws: Refusal.self) { try principal.requireSignIn() }
        #expect(throws: Refusal.self) { try principal.requireNoWorkspaceLimit() }
    }

    @Test func `one read serves five seconds, and one note of its use ten minutes`() async throws {
        let first = token()
        table.set(first, for: secret)
        for _ in 0..<5 { _ = try await principal() }
        #expect(table.reads == 1)
        #expect(table.touched == [first.id])
        table.set(token(lastUsed: fixture.time.now()), for: secret)
        fixture.time.advance(by: 5)
        _ = try await principal()
        #expect(table.reads == 2)
        #expect(table.touched.count == 1)
        fixture.time.advance(by: 600)
        _ = try await principal()
        #expect(table.touched.count == 2)
    }

    @Test func `an expired token is refused to the second, also when it is remembered`() async throws {
        table.set(token(expiresIn: 3), for: secret)
        _ = try await principal()
        fixture.time.advance(by: 2.9)
        _ = try await principal()
        fixture.time.advance(by: 0.1)
        await #expect(throws: AuthenticatorTests.refused) { _ = try await principal() }
    }

    @Test func `a revoked token is refused at once when the notice comes`() async throws {
        table.set(token(), for: secret)
        _ = try await principal()
        table.set(nil, for: secret)
        authenticator.invalidate(SystemRandom().id())
        _ = try await principal()
        authenticator.invalidate(fixture.account.userID)
        await #expect(throws: AuthenticatorTests.refused) { _ = try await principal() }
    }

    @Test func `a notice about its maker ends what is remembered of a token`() async throws {
        let (maker, known) = (SystemRandom().id() as UserID, token())
        let made = APIToken(
            id: known.id, userID: known.userID, name: "n", hint: known.hint, access: .read, workspaces: nil,
            createdBy: maker, createdAt: known.createdAt, expiresAt: nil)
        table.set(made, for: secret)
        _ = try await principal()
        table.set(nil, for: secret)
        _ = try await principal()
        authenticator.invalidate(maker)
        await #expect(throws: AuthenticatorTests.refused) { _ = try await principal() }
    }

    @Test func `while no notice can be heard, every request reads the token`() async throws {
        table.set(token(), for: secret)
        authenticator.suspend()
        for _ in 0..<3 { _ = try await principal() }
        #expect(table.reads == 3)
        table.set(nil, for: secret)
        await #expect(throws: AuthenticatorTests.refused) { _ = try await principal() }
        authenticator.resume()
        authenticator.invalidateAll()
    }

    @Test func `what is no token is refused without a read, what is none of ours without a trace`() async throws {
        let other = OpaqueToken(.refresh, random: SystemRandom()).text.reveal()
        let text = secret.text.reveal()
        let mistyped = String(text.dropLast()) + (text.hasSuffix("A") ? "B" : "A")
        for bearer in ["drp_", "drp_x", mistyped, "drp_\(other.dropFirst(4))", " \(text)", "\(text) "] {
            await #expect(throws: AuthenticatorTests.refused) {
                _ = try await authenticator.principal(bearer: bearer)
            }
        }
        #expect(table.reads == 0)
        for _ in 0..<2 { await #expect(throws: AuthenticatorTests.refused) { _ = try await principal() } }
        #expect(table.reads == 2)
        #expect(authenticator.apiTokens.cache.count == 0)
    }
}
