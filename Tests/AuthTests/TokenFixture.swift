import Crypto
import Domain
import FoundationEssentials
import Synchronization
import TestSupport

@testable import Auth

/// A token issuer with one key at a fixed time, and the means to forge.
struct TokenFixture {
    static let issuer = "https://drover.example.com/auth/realms/master"

    let time = ManualTime()
    let random = SeededRandom()
    let key: SigningKey
    let tokens: AccessTokens
    let account: Account
    let session: UUID

    init(cacheCapacity: Int = 100) async throws {
        key = try SigningKey(random: random, createdAt: ManualTime.start, lifeSeconds: 30 * 86_400)
        var settings = AccessTokens.Settings(issuer: Self.issuer)
        settings.cacheCapacity = cacheCapacity
        tokens = try await AccessTokens(settings: settings, keys: [key], time: time, random: random)
        account = Account(
            userID: random.id(), email: try Email("ada@example.com"), name: "Ada", isAdmin: false, isActive: true)
        session = random.uuid()
    }

    func issue() async throws -> String {
        try await tokens.issue(to: account, session: session, clientID: "sdk-client", scope: "openid profile email")
            .text.reveal()
    }

    /// The claims of a good token; a value of nil takes one away.
    func payload(_ changes: [String: JSON?] = [:]) -> [String: JSON] {
        let now = Int(time.now().timeIntervalSince1970)
        var claims: [String: JSON] = [
            "iss": .text(Self.issuer), "sub": .text(account.userID.description), "aud": .text("drover"),
            "azp": .text("sdk-client"), "client_id": .text("sdk-client"), "email": .text("ada@example.com"),
            "preferred_username": .text("ada@example.com"), "iat": .number(now), "exp": .number(now + 300),
            "jti": .text(session.text), "sid": .text(session.text), "typ": .text("Bearer"), "scope": .text("openid"),
        ]
        for (name, value) in changes { claims[name] = value }
        return claims
    }

    func header(_ changes: [String: JSON?] = [:]) -> [String: JSON] {
        var fields: [String: JSON] = ["alg": .text("ES256"), "typ": .text("at+jwt"), "kid": .text(key.id)]
        for (name, value) in changes { fields[name] = value }
        return fields
    }

    /// Signs whatever it is given with the server's own key, unless told otherwise.
    func forge(
        header: [String: JSON]? = nil, payload: [String: JSON]? = nil, signature: ((String) throws -> [UInt8])? = nil
    ) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let parts = [try encoder.encode(header ?? self.header()), try encoder.encode(payload ?? self.payload())]
        let input = parts.map { Base64URL.encode($0) }.joined(separator: ".")
        let sign = signature ?? { Array(try key.key.signature(for: Data($0.utf8)).rawRepresentation) }
        return "\(input).\(Base64URL.encode(try sign(input)))"
    }
}

/// A JSON value of a forged token.
enum JSON: Encodable {
    case text(String)
    case number(Int)
    case fraction(Double)
    case list([JSON])
    case object([String: JSON])

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .fraction(let value): try container.encode(value)
        case .list(let values): try container.encode(values)
        case .object(let values): try container.encode(values)
        }
    }
}
